'use client';
import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { RoleAddressesList } from '@secret-store/api/schemas';
import { RecordTable, Section, type RecordColumn } from '@secret-store/ui';
import { FormModal } from '@/forms/form-modal.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { roleWords } from '@/features/people/role-words.ts';
import { usePermission } from '@/features/session/session.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';

const RoleAddressesForm = loadedPart(
  'the form for the addresses of a role',
  async () => (await import('./role-addresses-form.tsx')).RoleAddressesForm,
);

type LimitedRole = RoleAddressesList['results'][number];

const columnsWith = (id: string): RecordColumn<LimitedRole>[] => [
  {
    title: 'Role',
    isName: true,
    render: ({ role }) => (
      <Text id={`${id}-${role}`} fw={500}>
        {roleWords[role]}
      </Text>
    ),
  },
  {
    title: 'Works from',
    render: ({ addresses }) =>
      addresses === null ? (
        <Text fz="sm" c="dimmed">
          Everywhere
        </Text>
      ) : (
        <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
          {addresses.join(', ')}
        </Text>
      ),
  },
];

/** Where people and keys of each role use the store from. */
export const RoleAddresses = () => {
  const trpc = useTRPC();
  const id = useId();
  const manages = usePermission('users.manage');
  const [chosen, setChosen] = useState<LimitedRole | null>(null);
  const close = () => setChosen(null);
  const limits = useQuery(trpc.users.roleAddresses.queryOptions());
  const actions: RecordColumn<LimitedRole> = {
    title: 'Actions',
    isActions: true,
    render: (limited) => (
      <Button variant="default" size="xs" aria-describedby={`${id}-${limited.role}`} onClick={() => setChosen(limited)}>
        Change addresses
      </Button>
    ),
  };
  return (
    <Section
      title="Addresses"
      description="Where the accounts of a role, and keys that are limited to it, use the store from. Everywhere else they are refused."
      isFlush
    >
      <QueryStates query={limits} what="the addresses">
        {({ results }) => (
          <RecordTable
            label="Addresses of the roles"
            columns={[...columnsWith(id), ...(manages ? [actions] : [])]}
            items={results}
            keyOf={({ role }) => role}
          />
        )}
      </QueryStates>
      <FormModal
        opened={chosen !== null}
        onClose={close}
        title={chosen === null ? 'Addresses' : `Addresses of the role ${roleWords[chosen.role]}`}
      >
        {chosen !== null && <RoleAddressesForm role={chosen.role} addresses={chosen.addresses ?? []} onDone={close} />}
      </FormModal>
    </Section>
  );
};
