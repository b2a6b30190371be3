import type { Metadata } from 'next';
import { AlgorithmsPage } from '../../../components/algorithms-page.tsx';

export const metadata: Metadata = { title: 'Algorithms' };

const Page = () => <AlgorithmsPage />;

export default Page;
