import type { Metadata } from 'next';
import { OrganizationPage } from '@/features/sharing/organizations/organization-page.tsx';

interface Parameters {
  readonly params: Promise<{ name: string }>;
}

export const generateMetadata = async ({ params }: Parameters): Promise<Metadata> => ({ title: (await params).name });

const Page = async ({ params }: Parameters) => {
  const { name } = await params;
  return <OrganizationPage name={decodeURIComponent(name)} />;
};

export default Page;
