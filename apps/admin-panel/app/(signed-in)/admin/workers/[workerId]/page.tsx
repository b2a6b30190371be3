import type { Metadata } from 'next';
import { WorkerPage } from '@/features/fleet/page/worker-page.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';

export const metadata: Metadata = { title: 'Worker' };

const Page = async ({ params }: { readonly params: Promise<{ workerId: string }> }) => {
  const { workerId } = await params;
  return (
    <SignedIn>
      <WorkerPage workerId={workerId} />
    </SignedIn>
  );
};

export default Page;
