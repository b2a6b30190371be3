import type { Metadata } from 'next';
import { ConnectionPage } from '@/features/sign-in/page/connection-page.tsx';

interface Parameters {
  readonly params: Promise<{ name: string }>;
}

export const generateMetadata = async ({ params }: Parameters): Promise<Metadata> => ({ title: (await params).name });

const Page = async ({ params }: Parameters) => {
  const { name } = await params;
  return <ConnectionPage name={decodeURIComponent(name)} />;
};

export default Page;
