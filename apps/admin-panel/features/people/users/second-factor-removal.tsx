'use client';
import { Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { UserInfo } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

interface SecondFactorRemovalProps {
  readonly user: UserInfo;
  readonly onDone: () => void;
}

/** For who has lost phone and recovery codes. */
export const SecondFactorRemoval = ({ user: { username }, onDone }: SecondFactorRemovalProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.users.update.mutationOptions({
      onSuccess: () => {
        notifySuccess('Second factor removed', `${username} signs in with the password alone.`);
        onDone();
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.users.pathFilter()),
    }),
  );
  return (
    <ConfirmRemoval
      title={`Remove the second factor of ${username}?`}
      confirmLabel="Remove second factor"
      isOpen
      isPending={remove.isPending}
      failure={remove.isError ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate({ username, secondFactor: false })}
      onClose={onDone}
    >
      <Text fz="sm">
        The authenticator app and the recovery codes of {username} no longer work: the password is all that signing in
        takes, until {username} sets up an app again. Check first that it is {username} who asks.
      </Text>
    </ConfirmRemoval>
  );
};
