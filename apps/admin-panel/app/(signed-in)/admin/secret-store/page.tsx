import type { Metadata } from 'next';
import { ProvidersPage } from '../../../../components/providers-page.tsx';

export const metadata: Metadata = { title: 'Secret providers' };

const Page = () => <ProvidersPage />;

export default Page;
