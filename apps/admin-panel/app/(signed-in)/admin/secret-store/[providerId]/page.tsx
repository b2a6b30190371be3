import type { Metadata } from 'next';
import { ProviderPage } from '@/features/providers/page/provider-page.tsx';

export const metadata: Metadata = { title: 'Update provider' };

const Page = async ({ params }: { readonly params: Promise<{ providerId: string }> }) => {
  const { providerId } = await params;
  return <ProviderPage providerId={providerId} />;
};

export default Page;
