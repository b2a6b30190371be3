'use client';
import { Button, Text } from '@mantine/core';
import { KeyIcon, PlusIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ScimKeyInfo } from '@secret-store/api/schemas';
import { EmptyState, RecordTable, Section, type RecordColumn, RowAction } from '@secret-store/ui';
import { keyColumns } from '@/features/people/key-columns.tsx';
import { usePermission } from '@/features/session/session.tsx';
import { FormModal } from '@/forms/form-modal.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { ScimKeyRevocation } from './scim-key-revocation.tsx';

const ScimKeyForm = loadedPart(
  'the form for a SCIM key',
  async () => (await import('./scim-key-form.tsx')).ScimKeyForm,
);

const columnsWith = (id: string, names: ReadonlyMap<string, string>): RecordColumn<ScimKeyInfo>[] => [
  {
    title: 'Key',
    isName: true,
    render: (key) => (
      <div id={`${id}-${key.id}`}>
        <Text fw={500}>{key.name}</Text>
        <Text c="dimmed" fz="sm" ff="monospace">
          {key.prefix}…
        </Text>
      </div>
    ),
  },
  {
    title: 'People of',
    render: ({ connectionId }) => (
      <Text fz="sm">
        {connectionId === null ? 'No identity provider' : (names.get(connectionId) ?? 'A deleted one')}
      </Text>
    ),
  },
  ...keyColumns,
];

/** What identity providers create, change and disable accounts with. */
export const ScimKeys = () => {
  const trpc = useTRPC();
  const id = useId();
  const manages = usePermission('users.manage');
  const [open, setOpen] = useState<'create' | ScimKeyInfo | null>(null);
  const close = () => setOpen(null);
  const keys = useQuery(trpc.scimKeys.list.queryOptions());
  const connections = useQuery(trpc.signInConnections.list.queryOptions());
  const names = new Map(connections.data?.map((connection) => [connection.id, connection.displayName]));
  const actions: RecordColumn<ScimKeyInfo> = {
    title: 'Actions',
    isActions: true,
    render: (key) => <RowAction label="Revoke" rowId={`${id}-${key.id}`} isDestructive onClick={() => setOpen(key)} />,
  };
  return (
    <Section
      title="SCIM keys"
      description="With such a key, an identity provider creates, changes and disables accounts before anyone signs in (SCIM 2.0)."
      isFlush
      actions={
        manages && (
          <Button
            variant="default"
            onClick={() => setOpen('create')}
            leftSection={<PlusIcon size={16} aria-hidden="true" />}
          >
            New SCIM key
          </Button>
        )
      }
    >
      <QueryStates query={keys} what="the SCIM keys">
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<KeyIcon size={24} />} title="No SCIM keys">
              Without SCIM, accounts are created at the first sign-in, and you disable them at Users.
            </EmptyState>
          ) : (
            <RecordTable
              label="SCIM keys"
              columns={[...columnsWith(id, names), ...(manages ? [actions] : [])]}
              items={all}
              keyOf={(key) => key.id}
            />
          )
        }
      </QueryStates>
      <FormModal opened={open === 'create'} onClose={close} title="New SCIM key" closeOnClickOutside={false}>
        <ScimKeyForm onDone={close} />
      </FormModal>
      {open !== null && open !== 'create' && <ScimKeyRevocation scimKey={open} onDone={close} />}
    </Section>
  );
};
