'use client';
import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { ConfirmedForm } from './confirmed-form.tsx';

interface AppRemovalProps {
  readonly username: string;
  readonly onDone: () => void;
}

export const AppRemoval = ({ username, onDone }: AppRemovalProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  return (
    <ConfirmedForm
      username={username}
      asksForCode
      submit="Remove app"
      failed="Couldn’t remove the app"
      onSubmit={async (typed) => {
        await client.secondFactor.remove.mutate(typed);
        void queryClient.invalidateQueries(trpc.secondFactor.pathFilter());
        notifySuccess('Authenticator app removed', 'Your password is all that signing in takes.');
        onDone();
      }}
      onCancel={onDone}
    >
      <Text fz="sm">
        Your password is all that signing in takes from then on. The app’s codes and your recovery codes no longer work.
      </Text>
    </ConfirmedForm>
  );
};
