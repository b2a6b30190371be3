import type { Metadata } from 'next';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { ConnectionPage } from '@/features/sign-in/page/connection-page.tsx';

interface Parameters {
  readonly params: Promise<{ name: string }>;
}

export const generateMetadata = async ({ params }: Parameters): Promise<Metadata> => ({ title: (await params).name });

const Page = async ({ params }: Parameters) => {
  const { name } = await params;
  return (
    <SignedIn>
      <ConnectionPage name={decodeURIComponent(name)} />
    </SignedIn>
  );
};

export default Page;
