'use client';
import { Badge, Modal, Text } from '@mantine/core';
import { PeopleIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ListedUser } from '@secret-store/api/schemas';
import { DateTime, EmptyState, type RecordColumn } from '@secret-store/ui';
import { FormModal } from '@/forms/form-modal.tsx';
import { usePermission } from '@/features/session/session.tsx';
import { roleWords } from '@/features/people/role-words.ts';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { PagedRecords } from '@/page/paged-records.tsx';
import { usePages } from '@/page/pages.tsx';
import { useTRPC } from '@/trpc.ts';
import { SecondFactorRemoval } from './second-factor-removal.tsx';
import { UserActions, type UserDialog } from './user-actions.tsx';
import { UserRemoval } from './user-removal.tsx';

const PasswordSetForm = loadedPart(
  'the form for a password',
  async () => (await import('./password-set-form.tsx')).PasswordSetForm,
);
const ApiKeys = loadedPart(
  'the API keys of a user',
  async () => (await import('@/features/people/keys/api-keys.tsx')).ApiKeys,
);

interface Open {
  readonly dialog: UserDialog;
  readonly user: ListedUser;
}

const actionsWith = (id: string, onOpen: (open: Open) => void): RecordColumn<ListedUser> => ({
  title: 'Actions',
  isActions: true,
  render: (user) => (
    <UserActions user={user} describedBy={`${id}-${user.id}`} onOpen={(dialog) => onOpen({ dialog, user })} />
  ),
});

const columnsWith = (id: string, onOpen: ((open: Open) => void) | null): RecordColumn<ListedUser>[] => [
  {
    title: 'User',
    isName: true,
    render: (user) => (
      <>
        <Text id={`${id}-${user.id}`} fw={500}>
          {user.username}
        </Text>
        {user.isService && (
          <Text fz="xs" c="dimmed">
            Service account
          </Text>
        )}
      </>
    ),
  },
  { title: 'Role', render: ({ role }) => <Text fz="sm">{roleWords[role]}</Text> },
  {
    title: 'State',
    render: ({ isEnabled, secondFactor }) => (
      <>
        <Badge tt="none" color={isEnabled ? 'teal' : 'gray'} variant="light" c="var(--mantine-color-text)">
          {isEnabled ? 'Enabled' : 'Disabled'}
        </Badge>
        {secondFactor && (
          <Text fz="xs" c="dimmed" mt={2}>
            Second factor
          </Text>
        )}
      </>
    ),
  },
  {
    title: 'Last seen',
    render: ({ lastSeen }) => (
      <Text fz="sm" c="dimmed">
        {lastSeen === null ? 'Not yet' : <DateTime value={lastSeen} />}
      </Text>
    ),
  },
  ...(onOpen === null ? [] : [actionsWith(id, onOpen)]),
];

export const UserList = ({ search }: { readonly search: string }) => {
  const trpc = useTRPC();
  const manages = usePermission('users.manage');
  const id = useId();
  const pages = usePages();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const users = useQuery(
    trpc.users.list.queryOptions({ search, ...pages.request }, { placeholderData: keepPreviousData }),
  );

  return (
    <>
      <PagedRecords
        query={users}
        what="the users"
        pages={pages}
        label="Users"
        columns={columnsWith(id, manages ? setOpen : null)}
        keyOf={(user) => user.id}
        empty={
          <EmptyState icon={<PeopleIcon size={24} />} title={`No user’s name contains “${search}”`}>
            Check the spelling, or search for a part of the name.
          </EmptyState>
        }
      />
      {open?.dialog === 'keys' && (
        <Modal opened onClose={close} title={open.user.username} size="xl" closeOnClickOutside={false}>
          <ApiKeys username={open.user.username} role={open.user.role} />
        </Modal>
      )}
      {open?.dialog === 'password' && (
        <FormModal opened onClose={close} title={`Set a password for ${open.user.username}`}>
          <PasswordSetForm username={open.user.username} onDone={close} />
        </FormModal>
      )}
      {open?.dialog === 'second-factor' && <SecondFactorRemoval user={open.user} onDone={close} />}
      {open?.dialog === 'remove' && <UserRemoval user={open.user} onDone={close} />}
    </>
  );
};
