'use client';
import { Box, Center, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, type ReactNode } from 'react';
import { FailureState } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { SessionProvider } from './session.tsx';

const SignInRedirect = () => {
  const router = useRouter();
  useEffect(() => {
    router.replace(paths.signIn(`${window.location.pathname}${window.location.search}`));
  }, [router]);
  return null;
};

/** Shows its children to signed-in users and sends everyone else to the sign-in page. */
export const SessionGate = ({ children }: { readonly children: ReactNode }) => {
  const trpc = useTRPC();
  const session = useQuery(trpc.session.current.queryOptions(undefined, { staleTime: 60_000 }));
  if (session.data) return <SessionProvider value={session.data}>{children}</SessionProvider>;
  if (session.data === null) return <SignInRedirect />;
  if (session.isError) {
    const failure = failureOf(session.error);
    return (
      <Box component="main" pt={{ base: 40, sm: 120 }}>
        <FailureState
          title="Couldn’t load the store"
          message={failure.message}
          reference={failure.reference}
          onRetry={() => void session.refetch()}
        />
      </Box>
    );
  }
  return (
    <Center component="main" h="100vh">
      <Loader aria-label="Loading" />
    </Center>
  );
};
