import type { ReactNode } from 'react';
import { AdminOnly } from '@/features/session/admin-only.tsx';

const AdminLayout = ({ children }: { readonly children: ReactNode }) => <AdminOnly>{children}</AdminOnly>;

export default AdminLayout;
