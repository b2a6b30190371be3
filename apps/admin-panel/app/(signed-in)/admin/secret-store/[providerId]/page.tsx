import type { Metadata } from 'next';
import { ProviderPage } from '@/features/providers/page/provider-page.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';

export const metadata: Metadata = { title: 'Update provider' };

const Page = async ({ params }: { readonly params: Promise<{ providerId: string }> }) => {
  const { providerId } = await params;
  return (
    <SignedIn>
      <ProviderPage providerId={providerId} />
    </SignedIn>
  );
};

export default Page;
