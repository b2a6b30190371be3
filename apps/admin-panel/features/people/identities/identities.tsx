'use client';
import { Button, Text } from '@mantine/core';
import { LinkIcon, PlusIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { IdentityInfo } from '@secret-store/api/schemas';
import { DateTime, EmptyState, RecordTable, Section, type RecordColumn, RowAction } from '@secret-store/ui';
import { FormModal } from '@/forms/form-modal.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { IdentityRemoval, sourceOf } from './identity-removal.tsx';

const IdentityLinkForm = loadedPart(
  'the form for a linked account',
  async () => (await import('./identity-link-form.tsx')).IdentityLinkForm,
);

const columnsWith = (id: string, remove: (identity: IdentityInfo) => void): RecordColumn<IdentityInfo>[] => [
  {
    title: 'Identity provider',
    isName: true,
    render: (identity) => (
      <Text id={`${id}-${identity.id}`} fw={500}>
        {sourceOf(identity)}
      </Text>
    ),
  },
  {
    title: 'Your name there',
    render: ({ username }) => (
      <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
        {username}
      </Text>
    ),
  },
  {
    title: 'Linked',
    render: ({ created }) => (
      <Text fz="sm" c="dimmed">
        <DateTime value={created} />
      </Text>
    ),
  },
  {
    title: 'Actions',
    isActions: true,
    render: (identity) => (
      <RowAction label="Unlink" rowId={`${id}-${identity.id}`} isDestructive onClick={() => remove(identity)} />
    ),
  },
];

/** The own ones. */
export const Identities = ({ username }: { readonly username: string }) => {
  const trpc = useTRPC();
  const id = useId();
  const [open, setOpen] = useState<'link' | IdentityInfo | null>(null);
  const close = () => setOpen(null);
  const connections = useQuery(trpc.session.connections.queryOptions());
  const offered = connections.data ?? [];
  const identities = useQuery(trpc.identities.list.queryOptions());
  return (
    <Section
      title="Single sign-on"
      description="Accounts at identity providers that sign you in here."
      isFlush
      actions={
        offered.length > 0 && (
          <Button leftSection={<PlusIcon size={16} aria-hidden="true" />} onClick={() => setOpen('link')}>
            Link account
          </Button>
        )
      }
    >
      <QueryStates query={identities} what="your linked accounts">
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<LinkIcon size={24} />} title="No linked accounts">
              {offered.length === 0
                ? 'This store has no identity provider: you sign in with your password or a passkey.'
                : 'Link the account that you have at an identity provider, and sign in with it.'}
            </EmptyState>
          ) : (
            <RecordTable
              label="Linked accounts"
              items={all}
              keyOf={(identity) => identity.id}
              columns={columnsWith(id, setOpen)}
            />
          )
        }
      </QueryStates>
      <FormModal opened={open === 'link'} onClose={close} title="Link an account" closeOnClickOutside={false}>
        <IdentityLinkForm username={username} connections={offered} onDone={close} />
      </FormModal>
      {open !== null && open !== 'link' && <IdentityRemoval identity={open} onDone={close} />}
    </Section>
  );
};
