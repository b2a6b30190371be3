'use client';
import { Button, Paper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { WorkerDetails } from '@secret-store/api/schemas';
import { DateTime, FactList, PageHeader, Section } from '@secret-store/ui';
import { failureOf, isError } from '@/api/failure.ts';
import { ResealingNote } from '@/features/fleet/resealing-note.tsx';
import { WorkerRevocation } from '@/features/fleet/worker-revocation.tsx';
import { WorkerState } from '@/features/fleet/worker-state.tsx';
import { usePermission } from '@/features/session/session.tsx';
import { BackLink } from '@/page/back-link.tsx';
import { NotFoundState } from '@/page/not-found-state.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { ExposedSecrets } from './exposed-secrets.tsx';
import { WorkerHoldings } from './worker-holdings.tsx';

const factsOf = (worker: WorkerDetails) => [
  { name: 'State', fact: <WorkerState worker={worker} /> },
  { name: 'Pool', fact: worker.pool },
  { name: 'Joined', fact: <DateTime value={worker.created} /> },
  ...(worker.letInBy === null ? [] : [{ name: 'Let in by', fact: worker.letInBy }]),
  { name: 'Version', fact: worker.version ?? 'Unknown' },
  { name: 'Isolation', fact: worker.isolation ?? 'Unknown' },
  { name: 'ID', fact: worker.id },
];

export const WorkerPage = ({ workerId }: { readonly workerId: string }) => {
  const trpc = useTRPC();
  const manages = usePermission('workers.manage');
  const [isRevoking, setRevoking] = useState(false);
  const worker = useQuery(trpc.workers.show.queryOptions({ workerId }, { refetchInterval: 5_000 }));
  if (worker.isError && isError(failureOf(worker.error), 'InputValidationError')) {
    return (
      <NotFoundState title="Worker not found" path={paths.workers} label="Go to workers">
        Check the address.
      </NotFoundState>
    );
  }
  return (
    <>
      <PageHeader
        title={worker.data?.name ?? 'Worker'}
        above={<BackLink path={paths.workers} label="Workers" />}
        actions={
          manages &&
          worker.data !== undefined &&
          worker.data.state !== 'revoked' && (
            <Button variant="outline" color="red" c="var(--mantine-color-error)" onClick={() => setRevoking(true)}>
              Revoke worker
            </Button>
          )
        }
      />
      {worker.data ? (
        <>
          <Section title="Worker">
            <FactList facts={factsOf(worker.data)} />
          </Section>
          <ResealingNote />
          {worker.data.state !== 'revoked' && <WorkerHoldings worker={worker.data} />}
          <ExposedSecrets worker={worker.data} />
        </>
      ) : (
        <Paper withBorder>
          <QueryStates query={worker} what="the worker">
            {() => null}
          </QueryStates>
        </Paper>
      )}
      {isRevoking && worker.data && <WorkerRevocation worker={worker.data} onDone={() => setRevoking(false)} />}
    </>
  );
};
