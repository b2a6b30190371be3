'use client';
import { Text } from '@mantine/core';
import { WebhookIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { WebhookInfo } from '@secret-store/api/schemas';
import { EmptyState, RecordTable, type RecordColumn, RowAction } from '@secret-store/ui';
import { usePermission } from '@/features/session/session.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { eventLabel } from './event-options.ts';
import { SendingState } from './sending-state.tsx';
import { WebhookRemoval } from './webhook-removal.tsx';

const refreshMilliseconds = 5_000;

const columnsWith = (id: string): RecordColumn<WebhookInfo>[] => [
  {
    title: 'Address',
    isName: true,
    render: (webhook) => (
      <Text id={`${id}-${webhook.id}`} fz="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
        {webhook.url}
      </Text>
    ),
  },
  {
    title: 'Events',
    render: ({ events }) => (
      <Text fz="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {events.map(eventLabel).join(', ')}
      </Text>
    ),
  },
  { title: 'State', render: (webhook) => <SendingState {...webhook} /> },
];

export const WebhookList = () => {
  const trpc = useTRPC();
  const id = useId();
  const manages = usePermission('webhooks.manage');
  const [removed, setRemoved] = useState<WebhookInfo | null>(null);
  const webhooks = useQuery(trpc.webhooks.list.queryOptions(undefined, { refetchInterval: refreshMilliseconds }));
  const actions: RecordColumn<WebhookInfo> = {
    title: 'Actions',
    isActions: true,
    render: (webhook) => (
      <RowAction label="Delete" rowId={`${id}-${webhook.id}`} isDestructive onClick={() => setRemoved(webhook)} />
    ),
  };
  return (
    <>
      <QueryStates query={webhooks} what="the webhooks">
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<WebhookIcon size={24} />} title="No webhooks yet">
              A webhook tells another system what happens here, such as a changed secret, as soon as it happens.
            </EmptyState>
          ) : (
            <RecordTable
              label="Webhooks"
              columns={[...columnsWith(id), ...(manages ? [actions] : [])]}
              items={all}
              keyOf={(webhook) => webhook.id}
            />
          )
        }
      </QueryStates>
      {removed && <WebhookRemoval webhook={removed} onDone={() => setRemoved(null)} />}
    </>
  );
};
