'use client';
import { List, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ListedUser } from '@secret-store/api/schemas';
import { ConfirmRemoval } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

interface UserRemovalProps {
  readonly user: ListedUser;
  readonly onDone: () => void;
}

const most = 100;

/** Such as “1 API key”, “3 API keys” or “more than 100 API keys”. */
const counted = (count: number, isMore: boolean, one: string): string =>
  `${isMore ? `more than ${most}` : count} ${one}${count === 1 ? '' : 's'}`;

export const UserRemoval = ({ user: { username, isService }, onDone }: UserRemovalProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const limit = String(most);
  const keys = useQuery(trpc.account.keys.queryOptions({ username, limit }));
  const algorithms = useQuery(trpc.algorithms.list.queryOptions({ owner: username, limit }));
  const remove = useMutation(
    trpc.users.remove.mutationOptions({
      onSuccess: () => {
        notifySuccess(
          'User deleted',
          isService ? `API keys of ${username} are refused.` : `${username} can no longer sign in or use API keys.`,
        );
        onDone();
      },
      onSettled: () => void queryClient.invalidateQueries(trpc.users.pathFilter()),
    }),
  );
  const names = algorithms.data?.results.map(({ name }) => name) ?? [];
  return (
    <ConfirmRemoval
      title={`Delete ${username}?`}
      confirmLabel="Delete user"
      isOpen
      isPending={remove.isPending}
      isBlocked={keys.isPending || algorithms.isPending}
      failure={remove.isError ? failureOf(remove.error).message : null}
      onConfirm={() => remove.mutate({ username })}
      onClose={onDone}
    >
      <Text fz="sm">This deletes:</Text>
      <List fz="sm" spacing={4}>
        <List.Item>
          {isService ? `the service account ${username}` : `the account ${username} with its password and all sessions`}
        </List.Item>
        {keys.data && (
          <List.Item>
            {keys.data.results.length === 0
              ? 'no API keys: it has none'
              : counted(keys.data.results.length, keys.data.marker !== null, 'API key')}
          </List.Item>
        )}
      </List>
      {algorithms.data && (
        <Text fz="sm">
          {names.length === 0
            ? 'It owns no algorithms.'
            : `Its ${counted(names.length, algorithms.data.marker !== null, 'algorithm')} (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}) and their secrets stay. Administrators manage them, and so does a later user whom you create with the name ${username}.`}
        </Text>
      )}
    </ConfirmRemoval>
  );
};
