import type { Metadata } from 'next';
import { Suspense } from 'react';
import { AlgorithmsPage } from '@/features/algorithms/list/algorithms-page.tsx';

export const metadata: Metadata = { title: 'Algorithms' };

const Page = () => (
  // the search is in the address, which is not known when the page is built
  <Suspense>
    <AlgorithmsPage />
  </Suspense>
);

export default Page;
