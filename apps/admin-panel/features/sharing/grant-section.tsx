'use client';
import { Button } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useId, useState, type ComponentType, type ReactNode } from 'react';
import { RecordTable, Section, type RecordColumn } from '@secret-store/ui';
import { FormModal } from '@/forms/form-modal.tsx';
import type { Grant, GrantFormProps } from './grant-form.tsx';
import { GrantRemoval } from './grant-removal.tsx';
import { GranteeActions } from './grantee-actions.tsx';
import { type Grantee, granteeColumns } from './grantee-columns.tsx';

type Open<Role extends string> =
  { readonly dialog: 'add' } | { readonly dialog: 'change' | 'remove'; readonly one: Grantee<Role> };

interface GrantSectionProps<Role extends string> {
  readonly title: string;
  readonly description: string;
  /** what somebody with a role is, such as “member” */
  readonly one: string;
  readonly roles: GrantFormProps<Role>['roles'];
  readonly form: ComponentType<GrantFormProps<Role>>;
  readonly words: Readonly<Record<Role, string>>;
  /** what the roles are in, such as the name of an organization */
  readonly from: string;
  /** whether the person chooses who has a role here */
  readonly manages: boolean;
  /** whether adding somebody is the first thing to do on the page */
  readonly isFirst?: boolean;
  /** what somebody loses who is removed */
  readonly losing: string;
  /** why the store would refuse to remove somebody; null where it would not */
  readonly refusalOf?: (grantee: Grantee<Role>) => string | null;
  readonly onPut: (grant: Grant<Role>) => Promise<unknown>;
  readonly onRemove: (username: string) => Promise<unknown>;
  /** @param table shows those who have a role */
  readonly children: (table: (grantees: readonly Grantee<Role>[]) => ReactNode) => ReactNode;
}

/** Who has which role here, and until when. */
export const GrantSection = <Role extends string>(props: GrantSectionProps<Role>) => {
  const { title, description, one, roles, words, from, manages, isFirst = false, losing, children } = props;
  const { form: GrantForm, refusalOf = () => null } = props;
  const id = useId();
  const [open, setOpen] = useState<Open<Role> | null>(null);
  const close = () => setOpen(null);
  const columns = granteeColumns<Grantee<Role>>(id, (role) => words[role]);
  const actions: RecordColumn<Grantee<Role>> = {
    title: 'Actions',
    isActions: true,
    render: (grantee) => (
      <GranteeActions
        rowId={`${id}-${grantee.username}`}
        refusal={refusalOf(grantee)}
        onChange={() => setOpen({ dialog: 'change', one: grantee })}
        onRemove={() => setOpen({ dialog: 'remove', one: grantee })}
      />
    ),
  };
  const isChange = open?.dialog === 'change';
  return (
    <Section
      title={title}
      description={description}
      isFlush
      actions={
        manages && (
          <Button
            variant={isFirst ? 'filled' : 'default'}
            leftSection={<PlusIcon size={16} aria-hidden="true" />}
            onClick={() => setOpen({ dialog: 'add' })}
          >
            Add {one}
          </Button>
        )
      }
    >
      {children((grantees) => (
        <RecordTable
          label={title}
          columns={manages ? [...columns, actions] : columns}
          items={grantees}
          keyOf={({ username }) => username}
        />
      ))}
      <FormModal
        opened={open?.dialog === 'add' || isChange}
        onClose={close}
        title={isChange ? `Change ${open.one.username}` : `Add ${one}`}
      >
        <GrantForm
          roles={roles}
          {...(isChange && { before: open.one })}
          submit={isChange ? 'Save role' : `Add ${one}`}
          failed="Couldn’t save the role"
          onSave={props.onPut}
          onDone={close}
        />
      </FormModal>
      {open?.dialog === 'remove' && (
        <GrantRemoval
          username={open.one.username}
          from={from}
          confirmLabel={`Remove ${one}`}
          onRemove={() => props.onRemove(open.one.username)}
          onDone={close}
        >
          {open.one.username} {losing}
        </GrantRemoval>
      )}
    </Section>
  );
};
