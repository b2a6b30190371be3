'use client';
import { Box, Modal, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { usePathname, useRouter } from 'next/navigation';
import { useDeferredValue, useEffect, useState, type ReactNode } from 'react';
import type { Session } from '@secret-store/api/schemas';
import { FailureState } from '@secret-store/ui';
import { askedAhead } from '@/api/ask-ahead.ts';
import { failureOf } from '@/api/failure.ts';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { SessionProvider } from './session.tsx';

const PasskeyButton = loadedPart(
  'the sign-in with a passkey',
  async () => (await import('./passkey-button.tsx')).PasskeyButton,
);
const SingleSignOn = loadedPart(
  'the sign-in with an identity provider',
  async () => (await import('./single-sign-on.tsx')).SingleSignOn,
);
const SignInForm = loadedPart('the sign-in form', async () => (await import('./sign-in-form.tsx')).SignInForm);

const SignInRedirect = () => {
  const router = useRouter();
  useEffect(() => {
    router.replace(paths.signIn(`${window.location.pathname}${window.location.search}`));
  }, [router]);
  return null;
};

interface SignInAgainProps {
  /** of the session that ended */
  readonly username: string;
  readonly isOpen: boolean;
}

/** Over the page, so that nothing that was typed is lost. */
const SignInAgain = ({ username, isOpen }: SignInAgainProps) => {
  const here = `${usePathname()}${isOpen ? window.location.search : ''}`;
  return (
    <Modal
      opened={isOpen}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      centered
      size="sm"
      zIndex={500}
      title="You’ve been signed out"
    >
      <Text fz="sm" c="dimmed" mb="lg">
        Sign in as {username} to continue. What you typed is still here.
      </Text>
      <Stack gap="sm">
        <SignInForm next={here} />
        <PasskeyButton />
        <SingleSignOn next={here} />
      </Stack>
    </Modal>
  );
};

/**
 * Tells its children who is signed in, and sends everyone else to the sign-in page. When a session ends while a page is open, the
 * page stays, and the person signs in again over it.
 */
export const SessionGate = ({ children }: { readonly children: ReactNode }) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const session = useQuery(trpc.session.current.queryOptions(undefined, { ...askedAhead, staleTime: 60_000 }));
  const [shown, setShown] = useState<Session | null>(null);
  const current = session.data;
  if (current && shown === null) setShown(current);
  const isOther = Boolean(current && shown && current.userId !== shown.userId);
  const isEnded = current === null && shown !== null;
  useEffect(() => {
    // nothing of one person stays for another
    if (isOther) window.location.reload();
  }, [isOther]);
  useEffect(() => {
    if (!isEnded) return undefined;
    // what failed meanwhile is asked again
    return () => void queryClient.invalidateQueries();
  }, [isEnded, queryClient]);
  // the first page is rendered in small steps, between which the browser answers the person
  const isTaken = useDeferredValue(shown !== null);
  if (session.isError && shown === null) {
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
    <SessionProvider value={isTaken && !isOther ? (current ?? shown) : null}>
      {children}
      {shown !== null && <SignInAgain username={shown.username} isOpen={isEnded} />}
      {current === null && shown === null && <SignInRedirect />}
    </SessionProvider>
  );
};
