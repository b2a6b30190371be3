'use client';
import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { PoolInfo } from '@secret-store/api/schemas';
import { DateTime, RecordTable, type RecordColumn } from '@secret-store/ui';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import type { InvitedPool } from './pool-invitation.tsx';

const columnsWith = (id: string, onInvite: (pool: InvitedPool) => void): RecordColumn<PoolInfo>[] => [
  {
    title: 'Pool',
    isName: true,
    render: (pool) => (
      <div id={`${id}-${pool.id}`}>
        <Text fw={500}>{pool.name}</Text>
        {pool.keyId === null && (
          <Text c="dimmed" fz="xs">
            Waits for its first worker. Until then, no algorithm can run in it.
          </Text>
        )}
      </div>
    ),
  },
  { title: 'Workers', render: ({ workers }) => <Text fz="sm">{workers}</Text> },
  { title: 'Algorithms', render: ({ algorithms }) => <Text fz="sm">{algorithms}</Text> },
  {
    title: 'Created',
    render: ({ created }) => (
      <Text fz="sm" c="dimmed">
        <DateTime value={created} />
      </Text>
    ),
  },
  {
    title: 'Actions',
    isActions: true,
    render: (pool) => (
      <Button variant="default" size="xs" aria-describedby={`${id}-${pool.id}`} onClick={() => onInvite(pool)}>
        Invite a worker
      </Button>
    ),
  },
];

export const PoolList = ({ onInvite }: { readonly onInvite: (pool: InvitedPool) => void }) => {
  const trpc = useTRPC();
  const id = useId();
  const pools = useQuery(trpc.workers.pools.queryOptions(undefined, { refetchInterval: 15_000 }));
  return (
    <QueryStates query={pools} what="the pools">
      {(all) => <RecordTable label="Pools" columns={columnsWith(id, onInvite)} items={all} keyOf={(pool) => pool.id} />}
    </QueryStates>
  );
};
