import type { Metadata } from 'next';
import { WorkerPage } from '@/features/fleet/page/worker-page.tsx';

export const metadata: Metadata = { title: 'Worker' };

const Page = async ({ params }: { readonly params: Promise<{ workerId: string }> }) => {
  const { workerId } = await params;
  return <WorkerPage workerId={workerId} />;
};

export default Page;
