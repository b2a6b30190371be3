'use client';
import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { WaitingAccountInfo } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { notifyFailure, notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

interface WaitingActionsProps {
  readonly account: WaitingAccountInfo;
  /** of the element with the person's name */
  readonly describedBy: string;
  readonly onAccept: () => void;
}

/** A rejected person stays in the list, so that rejecting asks nothing. */
export const WaitingActions = ({ account, describedBy, onAccept }: WaitingActionsProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { id: waitingId, username, connection, state } = account;
  const reject = useMutation(
    trpc.waitingAccounts.reject.mutationOptions({
      onSuccess: () =>
        notifySuccess(
          'Person rejected',
          `${username} of ${connection} is refused at each sign-in, until you accept them.`,
        ),
      onError: (error) => notifyFailure('Couldn’t reject the person', failureOf(error)),
      onSettled: () => void queryClient.invalidateQueries(trpc.waitingAccounts.pathFilter()),
    }),
  );
  return (
    <Group gap="xs" wrap="nowrap" display="inline-flex">
      <Button variant="default" size="xs" aria-describedby={describedBy} onClick={onAccept}>
        Accept
      </Button>
      {state === 'waiting' && (
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          aria-describedby={describedBy}
          loading={reject.isPending}
          onClick={() => reject.mutate({ waitingId })}
        >
          Reject
        </Button>
      )}
    </Group>
  );
};
