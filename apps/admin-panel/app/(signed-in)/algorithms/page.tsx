import type { Metadata } from 'next';
import { AlgorithmsPage } from '@/features/algorithms/list/algorithms-page.tsx';

export const metadata: Metadata = { title: 'Algorithms' };

const Page = () => <AlgorithmsPage />;

export default Page;
