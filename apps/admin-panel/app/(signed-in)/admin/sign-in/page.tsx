import type { Metadata } from 'next';
import { SignInSettingsPage } from '@/features/sign-in/list/sign-in-settings-page.tsx';

export const metadata: Metadata = { title: 'Sign-in' };

const Page = () => <SignInSettingsPage />;

export default Page;
