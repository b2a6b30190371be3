'use client';
import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { KebabHorizontalIcon } from '@primer/octicons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { UserInfo } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { notifyFailure, notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

/** What is opened from a user's row. */
export type UserDialog = 'keys' | 'password' | 'remove';

interface UserActionsProps {
  readonly user: UserInfo;
  /** of the element with the user's name */
  readonly describedBy: string;
  readonly onOpen: (dialog: UserDialog) => void;
}

const useUpdate = () => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useMutation(
    trpc.users.update.mutationOptions({
      onSuccess: ({ username, isEnabled, role }, { role: changed }) =>
        changed === undefined
          ? isEnabled
            ? notifySuccess('User enabled', `${username} can sign in, and its API keys work again.`)
            : notifySuccess('User disabled', `${username} is signed out everywhere, and its API keys are refused.`)
          : notifySuccess('Role changed', `${username} is ${role === 'admin' ? 'an administrator' : 'a user'} now.`),
      onError: (error) => notifyFailure('Couldn’t change the user', failureOf(error)),
      onSettled: () => void queryClient.invalidateQueries(trpc.users.pathFilter()),
    }),
  );
};

export const UserActions = ({ user, describedBy, onOpen }: UserActionsProps) => {
  const update = useUpdate();
  const { username, isEnabled, role } = user;
  const otherRole = role === 'admin' ? 'user' : 'admin';
  return (
    <Group gap="xs" wrap="nowrap" display="inline-flex">
      <Button
        variant="default"
        size="xs"
        aria-describedby={describedBy}
        loading={update.isPending}
        onClick={() => update.mutate({ username, isEnabled: !isEnabled })}
      >
        {isEnabled ? 'Disable' : 'Enable'}
      </Button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={`More for ${username}`}>
            <KebabHorizontalIcon size={16} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onOpen('keys')}>API keys</Menu.Item>
          <Menu.Item onClick={() => onOpen('password')}>Set password</Menu.Item>
          <Menu.Item onClick={() => update.mutate({ username, role: otherRole })}>
            {otherRole === 'admin' ? 'Make administrator' : 'Make user'}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item c="var(--mantine-color-error)" onClick={() => onOpen('remove')}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
};
