import type { Metadata } from 'next';
import { SecretsPage } from '@/features/secrets/secrets-page.tsx';

export const metadata: Metadata = { title: 'Secrets' };

const Page = () => <SecretsPage />;

export default Page;
