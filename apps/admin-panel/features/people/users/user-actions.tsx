'use client';
import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { KebabHorizontalIcon } from '@primer/octicons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ListedUser } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { roleOfOne, roles, roleWords } from '@/features/people/role-words.ts';
import { useSession } from '@/features/session/session.tsx';
import { notifyFailure, notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';
import { stateChanged } from './state-changed.ts';

/** What is opened from a user's row. */
export type UserDialog = 'keys' | 'password' | 'second-factor' | 'remove';

interface UserActionsProps {
  readonly user: ListedUser;
  /** of the element with the user's name */
  readonly describedBy: string;
  readonly onOpen: (dialog: UserDialog) => void;
}

const useUpdate = (user: ListedUser) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useMutation(
    trpc.users.update.mutationOptions({
      onSuccess: ({ username, isEnabled, role }, { role: changed }) =>
        changed === undefined
          ? notifySuccess(isEnabled ? 'User enabled' : 'User disabled', stateChanged(user, isEnabled))
          : notifySuccess('Role changed', `${username} is ${roleOfOne[role]} now.`),
      onError: (error) => notifyFailure('Couldn’t change the user', failureOf(error)),
      onSettled: () => void queryClient.invalidateQueries(trpc.users.pathFilter()),
    }),
  );
};

export const UserActions = ({ user, describedBy, onOpen }: UserActionsProps) => {
  const update = useUpdate(user);
  const session = useSession();
  const { username, isEnabled, role, secondFactor, isService } = user;
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
          {!isService && <Menu.Item onClick={() => onOpen('password')}>Set password</Menu.Item>}
          {secondFactor && username !== session.username && (
            <Menu.Item onClick={() => onOpen('second-factor')}>Remove second factor</Menu.Item>
          )}
          {roles
            .filter((other) => other !== role)
            .map((other) => (
              <Menu.Item key={other} onClick={() => update.mutate({ username, role: other })}>
                Make {roleWords[other].toLowerCase()}
              </Menu.Item>
            ))}
          <Menu.Divider />
          <Menu.Item c="var(--mantine-color-error)" onClick={() => onOpen('remove')}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
};
