import type { Metadata } from 'next';
import { SignInPage } from '@/features/session/sign-in-page.tsx';
import { safeNext } from '@/paths.ts';

export const metadata: Metadata = { title: 'Sign in' };

interface PageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const Page = async ({ searchParams }: PageProps) => {
  const { next, problem } = await searchParams;
  return (
    <SignInPage
      next={safeNext(typeof next === 'string' ? next : undefined)}
      problem={typeof problem === 'string' ? problem : null}
    />
  );
};

export default Page;
