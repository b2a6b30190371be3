import type { Metadata } from 'next';
import { UsersPage } from '@/features/people/users/users-page.tsx';

export const metadata: Metadata = { title: 'Users' };

const Page = () => <UsersPage />;

export default Page;
