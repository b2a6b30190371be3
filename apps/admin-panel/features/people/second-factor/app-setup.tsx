'use client';
import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SecondFactorSetup } from '@secret-store/api/schemas';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { AppCodeForm } from './app-code-form.tsx';
import { ConfirmedForm } from './confirmed-form.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

interface AppSetupProps {
  readonly username: string;
  readonly onDone: () => void;
}

/** The password, then the app's code, and then the recovery codes, once. */
export const AppSetup = ({ username, onDone }: AppSetupProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [setup, setSetup] = useState<SecondFactorSetup | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes !== null) return <RecoveryCodes codes={codes} onDone={onDone} />;
  if (setup !== null) {
    return (
      <AppCodeForm
        setup={setup}
        onSubmit={async (code) => {
          const created = await client.secondFactor.confirm.mutate({ setup: setup.setup, code });
          setCodes(created.codes);
          notifySuccess('Second factor on', 'All your other sessions have ended.');
          void queryClient.invalidateQueries(trpc.secondFactor.pathFilter());
          void queryClient.invalidateQueries(trpc.account.sessions.pathFilter());
        }}
        onCancel={onDone}
      />
    );
  }
  return (
    <ConfirmedForm
      username={username}
      submit="Continue"
      failed="Couldn’t start"
      onSubmit={async ({ current }) => setSetup(await client.secondFactor.start.mutate({ current }))}
      onCancel={onDone}
    >
      <Text fz="sm">
        You need an app that makes one-time codes, such as Aegis, 2FAS or Google Authenticator. Your other sessions end
        when it is set up.
      </Text>
    </ConfirmedForm>
  );
};
