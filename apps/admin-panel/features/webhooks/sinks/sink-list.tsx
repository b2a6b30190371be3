'use client';
import { Text } from '@mantine/core';
import { BroadcastIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { AuditSinkInfo } from '@secret-store/api/schemas';
import { DateTime, EmptyState, RecordTable, type RecordColumn, RowAction } from '@secret-store/ui';
import { usePermission } from '@/features/session/session.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { eventLabel } from '@/features/webhooks/event-options.ts';
import { SendingState } from '@/features/webhooks/sending-state.tsx';
import { SinkRemoval } from './sink-removal.tsx';
import { formatLabels } from './sink-words.ts';

const refreshMilliseconds = 5_000;

const columnsWith = (id: string): RecordColumn<AuditSinkInfo>[] => [
  {
    title: 'Address',
    isName: true,
    render: ({ id: sinkId, url, format, certificateExpires }) => (
      <>
        <Text id={`${id}-${sinkId}`} fz="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
          {url}
        </Text>
        <Text fz="sm" c="dimmed">
          {formatLabels[format]}
          {certificateExpires !== null && (
            <>
              , client certificate until <DateTime value={certificateExpires} />
            </>
          )}
        </Text>
      </>
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
  { title: 'Waiting', render: ({ waiting }) => <Text fz="sm">{waiting.toLocaleString('en-US')}</Text> },
  { title: 'State', render: (sink) => <SendingState {...sink} /> },
];

export const SinkList = () => {
  const trpc = useTRPC();
  const id = useId();
  const manages = usePermission('webhooks.manage');
  const [removed, setRemoved] = useState<AuditSinkInfo | null>(null);
  const sinks = useQuery(trpc.webhooks.sinks.queryOptions(undefined, { refetchInterval: refreshMilliseconds }));
  const actions: RecordColumn<AuditSinkInfo> = {
    title: 'Actions',
    isActions: true,
    render: (sink) => (
      <RowAction label="Delete" rowId={`${id}-${sink.id}`} isDestructive onClick={() => setRemoved(sink)} />
    ),
  };
  return (
    <>
      <QueryStates query={sinks} what="the sinks">
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<BroadcastIcon size={24} />} title="No sinks yet">
              A sink is a log server that keeps its own copy of the audit: a syslog server, or a log collector that
              takes JSON lines.
            </EmptyState>
          ) : (
            <RecordTable
              label="Sinks"
              columns={[...columnsWith(id), ...(manages ? [actions] : [])]}
              items={all}
              keyOf={(sink) => sink.id}
            />
          )
        }
      </QueryStates>
      {removed && <SinkRemoval sink={removed} onDone={() => setRemoved(null)} />}
    </>
  );
};
