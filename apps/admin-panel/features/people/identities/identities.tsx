'use client';
import { Button, Text } from '@mantine/core';
import { LinkIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { IdentityInfo } from '@secret-store/api/schemas';
import { DateTime, EmptyState, RecordTable, Section, type RecordColumn } from '@secret-store/ui';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { IdentityRemoval, sourceOf } from './identity-removal.tsx';

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
      <Button
        variant="subtle"
        color="red"
        c="var(--mantine-color-error)"
        size="xs"
        aria-describedby={`${id}-${identity.id}`}
        onClick={() => remove(identity)}
      >
        Unlink
      </Button>
    ),
  },
];

/** The own ones. */
export const Identities = () => {
  const trpc = useTRPC();
  const id = useId();
  const [open, setOpen] = useState<IdentityInfo | null>(null);
  const close = () => setOpen(null);
  const identities = useQuery(trpc.identities.list.queryOptions());
  return (
    <Section title="Single sign-on" description="Accounts at identity providers that sign you in here." isFlush>
      <QueryStates query={identities} what="your linked accounts">
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<LinkIcon size={24} />} title="No linked accounts">
              You sign in with your password or a passkey.
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
      {open !== null && <IdentityRemoval identity={open} onDone={close} />}
    </Section>
  );
};
