'use client';
import { Button, Text } from '@mantine/core';
import { PeopleIcon, PlusIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { GroupRoleInfo } from '@secret-store/api/schemas';
import { EmptyState, RecordTable, Section, type RecordColumn, RowAction } from '@secret-store/ui';
import { FormModal } from '@/forms/form-modal.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { GroupRoleRemoval } from './group-role-removal.tsx';
import { groupRoleInWords } from './group-role-words.ts';

const GroupRoleForm = loadedPart(
  'the form for the role of a group',
  async () => (await import('./group-role-form.tsx')).GroupRoleForm,
);

interface GroupRolesProps {
  /** of a connection, or `scim` */
  readonly connectionId: string;
  /** how the connection is called */
  readonly source: string;
  readonly manages: boolean;
}

const columnsWith = (id: string): RecordColumn<GroupRoleInfo>[] => [
  {
    title: 'Group',
    isName: true,
    render: (role) => (
      <Text id={`${id}-${role.id}`} fw={500} style={{ overflowWrap: 'anywhere' }}>
        {role.group}
      </Text>
    ),
  },
  { title: 'Gives', render: (role) => <Text fz="sm">{groupRoleInWords(role)}</Text> },
];

/** What groups of an identity provider give their people here. */
export const GroupRoles = ({ connectionId, source, manages }: GroupRolesProps) => {
  const trpc = useTRPC();
  const id = useId();
  const [open, setOpen] = useState<'add' | GroupRoleInfo | null>(null);
  const close = () => setOpen(null);
  const roles = useQuery(trpc.signInConnections.listGroupRoles.queryOptions({ connectionId }));
  const actions: RecordColumn<GroupRoleInfo> = {
    title: 'Actions',
    isActions: true,
    render: (role) => (
      <RowAction label="Remove" rowId={`${id}-${role.id}`} isDestructive onClick={() => setOpen(role)} />
    ),
  };
  return (
    <Section
      title="Roles of groups"
      description={`What groups of ${source} give their people, from each next sign-in on. No other group gives anything. Of several roles, the highest counts.`}
      isFlush
      actions={
        manages && (
          <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={() => setOpen('add')}>
            Add group
          </Button>
        )
      }
    >
      <QueryStates query={roles} what="the roles of groups">
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<PeopleIcon size={24} />} title="No groups">
              New people get the role User. Give a group another role, or a role in an organization.
            </EmptyState>
          ) : (
            <RecordTable
              label="Roles of groups"
              columns={[...columnsWith(id), ...(manages ? [actions] : [])]}
              items={all}
              keyOf={(role) => role.id}
            />
          )
        }
      </QueryStates>
      <FormModal opened={open === 'add'} onClose={close} title="Give a group a role">
        <GroupRoleForm connectionId={connectionId} onDone={close} />
      </FormModal>
      {open !== null && open !== 'add' && <GroupRoleRemoval groupRole={open} onDone={close} />}
    </Section>
  );
};
