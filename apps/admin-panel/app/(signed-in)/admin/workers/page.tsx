import type { Metadata } from 'next';
import { WorkersPage } from '@/features/fleet/list/workers-page.tsx';

export const metadata: Metadata = { title: 'Workers' };

const Page = () => <WorkersPage />;

export default Page;
