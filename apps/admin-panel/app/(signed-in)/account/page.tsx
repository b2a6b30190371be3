import type { Metadata } from 'next';
import { AccountPage } from '@/features/people/account/account-page.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';

export const metadata: Metadata = { title: 'Your account' };

const Page = () => (
  <SignedIn>
    <AccountPage />
  </SignedIn>
);

export default Page;
