'use client';
import { Button } from '@mantine/core';
import { PeopleIcon, PlusIcon } from '@primer/octicons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Algorithm, Collaborator, CollaboratorRole } from '@secret-store/api/schemas';
import { EmptyState, RecordTable, type RecordColumn, Section } from '@secret-store/ui';
import type { RoleChoice } from '@/features/sharing/grant-form.tsx';
import { GrantRemoval } from '@/features/sharing/grant-removal.tsx';
import { GranteeActions } from '@/features/sharing/grantee-actions.tsx';
import { granteeColumns } from '@/features/sharing/grantee-columns.tsx';
import { FormModal } from '@/forms/form-modal.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

const GrantForm = loadedPart(
  'the form for a collaborator',
  async () => (await import('@/features/sharing/grant-form.tsx')).GrantForm<CollaboratorRole>,
);

interface CollaboratorsProps {
  readonly algorithm: Algorithm;
  /** whether the person chooses who has a role here */
  readonly manages: boolean;
}

const roles: readonly [RoleChoice<CollaboratorRole>, ...RoleChoice<CollaboratorRole>[]] = [
  { value: 'manager', label: 'Manager: changes secrets' },
  { value: 'viewer', label: 'Viewer: sees names, changes nothing' },
];
const words: Readonly<Record<CollaboratorRole, string>> = { manager: 'Manager', viewer: 'Viewer' };

type Open = { readonly dialog: 'add' } | { readonly dialog: 'change' | 'remove'; readonly one: Collaborator };

/** Who else has a role on an algorithm. */
export const Collaborators = ({ algorithm: { id: algorithmId, owner, name }, manages }: CollaboratorsProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const id = useId();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const collaborators = useQuery(trpc.collaborators.list.queryOptions({ algorithmId }));
  const refresh = () => queryClient.invalidateQueries(trpc.collaborators.pathFilter());
  const columns = granteeColumns<Collaborator>(id, (role) => words[role]);
  const actions: RecordColumn<Collaborator> = {
    title: 'Actions',
    isActions: true,
    render: (one) => (
      <GranteeActions
        describedBy={`${id}-${one.username}`}
        onChange={() => setOpen({ dialog: 'change', one })}
        onRemove={() => setOpen({ dialog: 'remove', one })}
      />
    ),
  };
  return (
    <Section
      title="Collaborators"
      description={`Users with a role on this algorithm, beside ${owner}. No role can view a value.`}
      isFlush
      actions={
        manages && (
          <Button
            variant="default"
            leftSection={<PlusIcon size={16} aria-hidden="true" />}
            onClick={() => setOpen({ dialog: 'add' })}
          >
            Add collaborator
          </Button>
        )
      }
    >
      <QueryStates query={collaborators} what="the collaborators">
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<PeopleIcon size={24} />} title="No collaborators">
              {manages
                ? 'Add a user who manages the secrets of this algorithm, or sees their names.'
                : 'Its owner can give other users a role on this algorithm.'}
            </EmptyState>
          ) : (
            <RecordTable
              label="Collaborators"
              columns={manages ? [...columns, actions] : columns}
              items={all}
              keyOf={({ username }) => username}
            />
          )
        }
      </QueryStates>
      <FormModal
        opened={open?.dialog === 'add' || open?.dialog === 'change'}
        onClose={close}
        title={open?.dialog === 'change' ? `Change ${open.one.username}` : 'Add collaborator'}
      >
        <GrantForm
          roles={roles}
          {...(open?.dialog === 'change' && { before: open.one })}
          submit={open?.dialog === 'change' ? 'Save role' : 'Add collaborator'}
          failed="Couldn’t save the role"
          onSave={async (grant) => {
            await client.collaborators.put.mutate({ algorithmId, ...grant });
            await refresh();
          }}
          onDone={close}
        />
      </FormModal>
      {open?.dialog === 'remove' && (
        <GrantRemoval
          username={open.one.username}
          from={`${owner}/${name}`}
          confirmLabel="Remove collaborator"
          onRemove={async () => {
            await client.collaborators.remove.mutate({ algorithmId, username: open.one.username });
            await refresh();
          }}
          onDone={close}
        >
          {open.one.username} loses the role on {owner}/{name} with the next request. The secrets stay as they are.
        </GrantRemoval>
      )}
    </Section>
  );
};
