'use client';
import { Button } from '@mantine/core';
import { PasskeyFillIcon } from '@primer/octicons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { browserSupportsWebAuthn, startAuthentication } from '@simplewebauthn/browser';
import { useSyncExternalStore } from 'react';
import { failureOf } from '@/api/failure.ts';
import { withBrowser } from '@/api/passkey-failure.ts';
import { FormFailure } from '@/forms/form-failure.tsx';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

const never = () => () => undefined;

/** Browsers use passkeys only for a name: an address of digits or colons has none. */
const mayHavePasskeys = () => browserSupportsWebAuthn() && !/^[\d.]+$|:/.test(window.location.hostname);

/** Not there where the browser has no passkeys. */
export const PasskeyButton = () => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const isOffered = useSyncExternalStore(never, mayHavePasskeys, () => false);
  const signIn = useMutation({
    mutationFn: async () => {
      const optionsJSON = await client.session.startPasskey.mutate();
      return client.session.signInWithPasskey.mutate(await withBrowser(() => startAuthentication({ optionsJSON })));
    },
    onSuccess: (session) => queryClient.setQueryData(trpc.session.current.queryKey(), session),
  });
  if (!isOffered) return null;
  return (
    <>
      <Button
        variant="default"
        fullWidth
        leftSection={<PasskeyFillIcon size={16} aria-hidden="true" />}
        loading={signIn.isPending || signIn.isSuccess}
        onClick={() => signIn.mutate()}
      >
        Use a passkey
      </Button>
      <FormFailure failure={signIn.isError ? failureOf(signIn.error) : null} title="Couldn’t sign in" />
    </>
  );
};
