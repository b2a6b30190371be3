'use client';
import { Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { Brand } from '@secret-store/ui';
import { useTRPC } from '@/trpc.ts';
import { PasskeyButton } from './passkey-button.tsx';
import { SignInForm } from './sign-in-form.tsx';

export const SignInPage = ({ next }: { readonly next: string }) => {
  const trpc = useTRPC();
  const router = useRouter();
  const session = useQuery(trpc.session.current.queryOptions());
  const isSignedIn = Boolean(session.data);
  useEffect(() => {
    if (isSignedIn) router.replace(next);
  }, [isSignedIn, next, router]);

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
            <SignInForm />
            <PasskeyButton />
          </Stack>
        </Paper>
        <Text c="dimmed" fz="xs" ta="center">
          Values can be replaced here but never viewed. Only workers can decrypt them.
        </Text>
      </Stack>
    </Center>
  );
};
