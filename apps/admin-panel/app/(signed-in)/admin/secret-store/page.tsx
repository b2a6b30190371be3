import type { Metadata } from 'next';
import { ProvidersPage } from '@/features/providers/list/providers-page.tsx';

export const metadata: Metadata = { title: 'Secret providers' };

const Page = () => <ProvidersPage />;

export default Page;
