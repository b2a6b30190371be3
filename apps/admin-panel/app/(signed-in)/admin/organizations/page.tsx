import type { Metadata } from 'next';
import { OrganizationsPage } from '@/features/sharing/organizations/organizations-page.tsx';

export const metadata: Metadata = { title: 'Organizations' };

const Page = () => <OrganizationsPage />;

export default Page;
