'use client';
import { Button } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Member, OrganizationDetails } from '@secret-store/api/schemas';
import { RecordTable, type RecordColumn, Section } from '@secret-store/ui';
import { GrantForm } from '@/features/sharing/grant-form.tsx';
import { GrantRemoval } from '@/features/sharing/grant-removal.tsx';
import { GranteeActions } from '@/features/sharing/grantee-actions.tsx';
import { granteeColumns } from '@/features/sharing/grantee-columns.tsx';
import { FormModal } from '@/forms/form-modal.tsx';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { organizationRoles, organizationRoleWords } from './organization-words.ts';

interface MemberListProps {
  readonly organization: OrganizationDetails;
  /** whether the person chooses the members */
  readonly manages: boolean;
}

type Open = { readonly dialog: 'add' } | { readonly dialog: 'change' | 'remove'; readonly member: Member };

export const MemberList = ({ organization: { name, members }, manages }: MemberListProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const id = useId();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const refresh = async () => {
    await queryClient.invalidateQueries(trpc.organizations.pathFilter());
    // one's own role may be another one now
    void queryClient.invalidateQueries(trpc.session.pathFilter());
  };
  const columns = granteeColumns<Member>(id, (role) => organizationRoleWords[role]);
  const actions: RecordColumn<Member> = {
    title: 'Actions',
    isActions: true,
    render: (member) => (
      <GranteeActions
        describedBy={`${id}-${member.username}`}
        onChange={() => setOpen({ dialog: 'change', member })}
        onRemove={() => setOpen({ dialog: 'remove', member })}
      />
    ),
  };
  return (
    <Section
      title="Members"
      description={
        manages
          ? 'A changed role applies to the person’s next request. No role can view a value.'
          : 'Admins of the organization choose its members.'
      }
      isFlush
      actions={
        manages && (
          <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={() => setOpen({ dialog: 'add' })}>
            Add member
          </Button>
        )
      }
    >
      <RecordTable
        label="Members"
        columns={manages ? [...columns, actions] : columns}
        items={members}
        keyOf={({ username }) => username}
      />
      <FormModal
        opened={open?.dialog === 'add' || open?.dialog === 'change'}
        onClose={close}
        title={open?.dialog === 'change' ? `Change ${open.member.username}` : 'Add member'}
      >
        <GrantForm
          roles={organizationRoles}
          {...(open?.dialog === 'change' && { before: open.member })}
          submit={open?.dialog === 'change' ? 'Save role' : 'Add member'}
          failed="Couldn’t save the role"
          onSave={async (grant) => {
            await client.organizations.putMember.mutate({ organization: name, ...grant });
            await refresh();
          }}
          onDone={close}
        />
      </FormModal>
      {open?.dialog === 'remove' && (
        <GrantRemoval
          username={open.member.username}
          from={name}
          confirmLabel="Remove member"
          onRemove={async () => {
            await client.organizations.removeMember.mutate({ organization: name, username: open.member.username });
            await refresh();
          }}
          onDone={close}
        >
          {open.member.username} loses the role in {name}, and with it the access to its algorithms, with the next
          request.
        </GrantRemoval>
      )}
    </Section>
  );
};
