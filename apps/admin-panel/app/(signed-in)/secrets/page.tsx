import type { Metadata } from 'next';
import { Suspense } from 'react';
import { SecretsPage } from '@/features/secrets/secrets-page.tsx';

export const metadata: Metadata = { title: 'Secrets' };

const Page = () => (
  // the search is in the address, which is not known when the page is built
  <Suspense>
    <SecretsPage />
  </Suspense>
);

export default Page;
