import type { Metadata } from 'next';
import { Suspense } from 'react';
import { AuditListPage } from '@/features/audit/audit-list-page.tsx';

export const metadata: Metadata = { title: 'Audit' };

const Page = () => (
  // the filters are in the address, which is not known when the page is built
  <Suspense>
    <AuditListPage />
  </Suspense>
);

export default Page;
