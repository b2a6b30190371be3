'use client';
import { Button, Text } from '@mantine/core';
import { KeyIcon, PlusIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ApiKeyInfo, Role } from '@secret-store/api/schemas';
import { EmptyState, Section, type RecordColumn, RowAction } from '@secret-store/ui';
import { keyColumns } from '@/features/people/key-columns.tsx';
import { FormModal } from '@/forms/form-modal.tsx';
import { roleWords } from '@/features/people/role-words.ts';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { PagedRecords } from '@/page/paged-records.tsx';
import { usePages } from '@/page/pages.tsx';
import { useTRPC } from '@/trpc.ts';
import { KeyRevocation, keyTitle } from './key-revocation.tsx';

const KeyCreateForm = loadedPart(
  'the form for an API key',
  async () => (await import('./key-create-form.tsx')).KeyCreateForm,
);

interface ApiKeysProps {
  readonly username: string;
  /** what a new key may be at most */
  readonly role: Role;
}

const columnsWith = (id: string, revoke: (key: ApiKeyInfo) => void): RecordColumn<ApiKeyInfo>[] => [
  {
    title: 'Key',
    isName: true,
    render: (key) => (
      <div id={`${id}-${key.id}`}>
        <Text fw={500}>{keyTitle(key)}</Text>
        {key.prefix !== null && (
          <Text c="dimmed" fz="sm" ff="monospace">
            {key.prefix}…
          </Text>
        )}
        {key.addresses !== undefined && (
          <Text c="dimmed" fz="sm" style={{ overflowWrap: 'anywhere' }}>
            Works from {key.addresses.join(', ')}
          </Text>
        )}
      </div>
    ),
  },
  { title: 'Role', render: ({ role }) => <Text fz="sm">{roleWords[role]}</Text> },
  ...keyColumns,
  {
    title: 'Actions',
    isActions: true,
    render: (key) => <RowAction label="Revoke" rowId={`${id}-${key.id}`} isDestructive onClick={() => revoke(key)} />,
  },
];

/** A user's API keys: the own ones, or anybody's for an administrator. */
export const ApiKeys = ({ username, role }: ApiKeysProps) => {
  const trpc = useTRPC();
  const id = useId();
  const pages = usePages();
  const [open, setOpen] = useState<'create' | ApiKeyInfo | null>(null);
  const close = () => setOpen(null);
  const keys = useQuery(
    trpc.account.keys.queryOptions({ username, ...pages.request }, { placeholderData: keepPreviousData }),
  );

  return (
    <Section
      title="API keys"
      description="For scripts and programs. A key works until it expires or is revoked."
      isFlush
      actions={
        <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={() => setOpen('create')}>
          New key
        </Button>
      }
    >
      <PagedRecords
        query={keys}
        what="the API keys"
        pages={pages}
        label="API keys"
        columns={columnsWith(id, setOpen)}
        keyOf={(key) => key.id}
        empty={
          <EmptyState icon={<KeyIcon size={24} />} title="No API keys">
            Create a key for each program, so that you can revoke one without the others.
          </EmptyState>
        }
      />
      <FormModal opened={open === 'create'} onClose={close} title="New API key" size="lg" closeOnClickOutside={false}>
        <KeyCreateForm username={username} role={role} onDone={close} />
      </FormModal>
      {open !== null && open !== 'create' && <KeyRevocation username={username} apiKey={open} onDone={close} />}
    </Section>
  );
};
