'use client';
import { Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { Brand } from '@secret-store/ui';
import { unreachable } from '@/api/failure.ts';
import { notifyFailure } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';
import { PasskeyButton } from './passkey-button.tsx';
import { problemInWords, SignInFailure } from './sign-in-failure.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SingleSignOn } from './single-sign-on.tsx';

interface SignInPageProps {
  readonly next: string;
  /** why an identity provider did not lead in; null where none was asked */
  readonly problem: string | null;
}

export const SignInPage = ({ next, problem }: SignInPageProps) => {
  const trpc = useTRPC();
  const router = useRouter();
  const session = useQuery(trpc.session.current.queryOptions());
  const isSignedIn = Boolean(session.data);
  useEffect(() => {
    if (!isSignedIn) return;
    // who links an account is signed in already
    if (problem !== null)
      notifyFailure('Couldn’t link the account', { ...unreachable, message: problemInWords(problem) });
    router.replace(next);
  }, [isSignedIn, next, problem, router]);

  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w="100%" maw={380} gap="xl">
        <Center>
          <Brand />
        </Center>
        <Paper withBorder p={{ base: 'lg', xs: 'xl' }} radius="lg" shadow="sm">
          <Title order={1} fz={22} mb={4}>
            Sign in
          </Title>
          <Text c="dimmed" fz="sm" mb="lg">
            Manage your algorithms&rsquo; secrets.
          </Text>
          <Stack gap="sm">
            <SignInFailure problem={problem} />
            <SignInForm next={next} />
            <PasskeyButton />
            <SingleSignOn next={next} />
          </Stack>
        </Paper>
        <Text c="dimmed" fz="xs" ta="center">
          Values can be replaced here but never viewed. Only workers can decrypt them.
        </Text>
      </Stack>
    </Center>
  );
};
