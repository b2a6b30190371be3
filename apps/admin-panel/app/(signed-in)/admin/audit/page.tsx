import type { Metadata } from 'next';
import { AuditListPage } from '@/features/audit/audit-list-page.tsx';

export const metadata: Metadata = { title: 'Audit' };

const Page = () => <AuditListPage />;

export default Page;
