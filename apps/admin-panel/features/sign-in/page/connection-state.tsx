'use client';
import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SignInConnectionInfo } from '@secret-store/api/schemas';
import { StateLabel } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { updateOf, valuesOf } from '@/features/sign-in/form/connection-values.ts';
import { notifyFailure, notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

interface ConnectionStateProps {
  readonly connection: SignInConnectionInfo;
  readonly manages: boolean;
}

/** Whether people can sign in with it. */
export const ConnectionState = ({ connection, manages }: ConnectionStateProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { isEnabled, displayName } = connection;
  const update = useMutation(
    trpc.signInConnections.update.mutationOptions({
      onSuccess: (now) =>
        now.isEnabled
          ? notifySuccess('Connection enabled', `The sign-in page offers ${displayName}.`)
          : notifySuccess('Connection disabled', `Nobody can sign in with ${displayName}. Present sessions go on.`),
      onError: (error) => notifyFailure('Couldn’t change the connection', failureOf(error)),
      onSettled: () => void queryClient.invalidateQueries(trpc.signInConnections.pathFilter()),
    }),
  );
  return (
    <Group gap="md">
      <StateLabel tone={isEnabled ? 'good' : 'none'} label={isEnabled ? 'Enabled' : 'Disabled'} />
      {manages && (
        <Button
          variant="default"
          loading={update.isPending}
          onClick={() => update.mutate({ ...updateOf(connection, valuesOf(connection)), isEnabled: !isEnabled })}
        >
          {isEnabled ? 'Disable' : 'Enable'}
        </Button>
      )}
    </Group>
  );
};
