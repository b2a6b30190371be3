'use client';
import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { ConfirmedForm } from './confirmed-form.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

interface CodeRenewalProps {
  readonly username: string;
  readonly onDone: () => void;
}

export const CodeRenewal = ({ username, onDone }: CodeRenewalProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes !== null) return <RecoveryCodes codes={codes} onDone={onDone} />;
  return (
    <ConfirmedForm
      username={username}
      asksForCode
      submit="Create codes"
      failed="Couldn’t create the codes"
      onSubmit={async (typed) => {
        const created = await client.secondFactor.renewRecoveryCodes.mutate(typed);
        void queryClient.invalidateQueries(trpc.secondFactor.pathFilter());
        setCodes(created.codes);
      }}
      onCancel={onDone}
    >
      <Text fz="sm">You get 10 recovery codes. Those that you have now no longer work.</Text>
    </ConfirmedForm>
  );
};
