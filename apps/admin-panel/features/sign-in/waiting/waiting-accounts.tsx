'use client';
import { Text } from '@mantine/core';
import { PersonAddIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { WaitingAccountInfo } from '@secret-store/api/schemas';
import { DateTime, EmptyState, RecordTable, Section, type RecordColumn } from '@secret-store/ui';
import { usePermission } from '@/features/session/session.tsx';
import { FormModal } from '@/forms/form-modal.tsx';
import { loadedPart } from '@/forms/loaded-part.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { WaitingActions } from './waiting-actions.tsx';
import { reasonInWords } from './waiting-words.ts';

const WaitingAcceptForm = loadedPart(
  'the form for an account that waits',
  async () => (await import('./waiting-accept-form.tsx')).WaitingAcceptForm,
);

const columnsWith = (id: string): RecordColumn<WaitingAccountInfo>[] => [
  {
    title: 'Person',
    isName: true,
    render: ({ id: waitingId, username, displayName, email }) => (
      <>
        <Text id={`${id}-${waitingId}`} fw={500} style={{ overflowWrap: 'anywhere' }}>
          {username}
        </Text>
        <Text fz="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {[displayName, email].filter((part) => part !== null).join(', ')}
        </Text>
      </>
    ),
  },
  {
    title: 'From',
    render: ({ connection, created }) => (
      <Text fz="sm">
        {connection}, <DateTime value={created} />
      </Text>
    ),
  },
  {
    title: 'Username here',
    render: (account) => (
      <>
        <Text fz="sm" ff="monospace">
          {account.wantedName || '–'}
        </Text>
        <Text fz="xs" c="dimmed">
          {account.state === 'rejected' ? 'Rejected' : reasonInWords(account)}
        </Text>
      </>
    ),
  },
];

/** People of identity providers and of SCIM on whom an administrator decides. */
export const WaitingAccounts = () => {
  const trpc = useTRPC();
  const id = useId();
  const manages = usePermission('users.manage');
  const [accepted, setAccepted] = useState<WaitingAccountInfo | null>(null);
  const close = () => setAccepted(null);
  const waiting = useQuery(trpc.waitingAccounts.list.queryOptions());
  const actions: RecordColumn<WaitingAccountInfo> = {
    title: 'Actions',
    isActions: true,
    render: (account) => (
      <WaitingActions account={account} describedBy={`${id}-${account.id}`} onAccept={() => setAccepted(account)} />
    ),
  };
  return (
    <Section
      title="Waiting accounts"
      description="People who get an account only when an administrator says so: their name owns something, was deleted, or is taken, or their connection creates no accounts."
      isFlush
    >
      <QueryStates query={waiting} what="the waiting accounts">
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<PersonAddIcon size={24} />} title="Nobody waits">
              New people of an identity provider whose name is free get their account by themselves.
            </EmptyState>
          ) : (
            <RecordTable
              label="Waiting accounts"
              columns={[...columnsWith(id), ...(manages ? [actions] : [])]}
              items={all}
              keyOf={(account) => account.id}
            />
          )
        }
      </QueryStates>
      <FormModal opened={accepted !== null} onClose={close} title={`Accept ${accepted?.username ?? ''}`}>
        {accepted !== null && <WaitingAcceptForm account={accepted} onDone={close} />}
      </FormModal>
    </Section>
  );
};
