import type { Metadata } from 'next';
import { SinksPage } from '@/features/webhooks/sinks/sinks-page.tsx';

export const metadata: Metadata = { title: 'Forward the audit' };

const Page = () => <SinksPage />;

export default Page;
