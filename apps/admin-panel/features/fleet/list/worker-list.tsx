'use client';
import { Anchor, Text } from '@mantine/core';
import { ServerIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { WorkerDetails } from '@secret-store/api/schemas';
import { EmptyState, RecordTable, type RecordColumn, RowAction } from '@secret-store/ui';
import { WorkerRevocation } from '@/features/fleet/worker-revocation.tsx';
import { WorkerState } from '@/features/fleet/worker-state.tsx';
import { usePermission } from '@/features/session/session.tsx';
import { PageLink } from '@/page/page-link.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

/** A worker counts as online for 15 s after it was seen. */
const againAfter = 5_000;

const columnsWith = (id: string, revoke: ((worker: WorkerDetails) => void) | null): RecordColumn<WorkerDetails>[] => [
  {
    title: 'Worker',
    isName: true,
    render: (worker) => (
      <Anchor component={PageLink} href={paths.worker(worker.id)} fw={500} id={`${id}-${worker.id}`}>
        {worker.name}
      </Anchor>
    ),
  },
  { title: 'Pool', render: ({ pool }) => <Text fz="sm">{pool}</Text> },
  { title: 'State', render: (worker) => <WorkerState worker={worker} /> },
  { title: 'Version', render: ({ version }) => <Text fz="sm">{version ?? 'Unknown'}</Text> },
  { title: 'Isolation', render: ({ isolation }) => <Text fz="sm">{isolation ?? 'Unknown'}</Text> },
  ...(revoke === null
    ? []
    : [
        {
          title: 'Actions',
          isActions: true,
          render: (worker: WorkerDetails) =>
            worker.state !== 'revoked' && (
              <RowAction label="Revoke" rowId={`${id}-${worker.id}`} isDestructive onClick={() => revoke(worker)} />
            ),
        },
      ]),
];

/** Those that work come first. */
const inOrder = (workers: readonly WorkerDetails[]): WorkerDetails[] =>
  workers.toSorted((a, b) => Number(a.state === 'revoked') - Number(b.state === 'revoked'));

export const WorkerList = () => {
  const trpc = useTRPC();
  const id = useId();
  const manages = usePermission('workers.manage');
  const workers = useQuery(trpc.workers.list.queryOptions(undefined, { refetchInterval: againAfter }));
  const [revoked, setRevoked] = useState<WorkerDetails | null>(null);
  return (
    <>
      <QueryStates query={workers} what="the workers">
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={<ServerIcon size={24} />} title="No worker has joined yet">
              Start the worker that came with this store: it joins on its own.
            </EmptyState>
          ) : (
            <RecordTable
              label="Workers"
              columns={columnsWith(id, manages ? setRevoked : null)}
              items={inOrder(all)}
              keyOf={(worker) => worker.id}
            />
          )
        }
      </QueryStates>
      {revoked && <WorkerRevocation worker={revoked} onDone={() => setRevoked(null)} />}
    </>
  );
};
