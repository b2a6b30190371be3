'use client';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { LoadingRows, PageHeader } from '@secret-store/ui';
import { askedAhead } from '@/api/ask-ahead.ts';
import { failureOf, isError, isNotFound } from '@/api/failure.ts';
import { AlgorithmSecrets } from '@/features/algorithms/secrets/algorithm-secrets.tsx';
import { SecretsSection } from '@/features/algorithms/secrets/secrets-section.tsx';
import { AlgorithmHistory } from '@/features/audit/algorithm-history.tsx';
import { Collaborators } from '@/features/sharing/collaborators/collaborators.tsx';
import { usePermission } from '@/features/session/session.tsx';
import { SignedIn } from '@/features/session/signed-in.tsx';
import { BackLink } from '@/page/back-link.tsx';
import { NotFoundState } from '@/page/not-found-state.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { AlgorithmCommands } from './algorithm-commands.tsx';
import { AlgorithmPools } from './algorithm-pools.tsx';
import { AlgorithmRemoval } from './algorithm-removal.tsx';

interface AlgorithmSettingsPageProps {
  readonly owner: string;
  readonly name: string;
}

export const AlgorithmSettingsPage = ({ owner, name }: AlgorithmSettingsPageProps) => {
  const trpc = useTRPC();
  const managesWorkers = usePermission('workers.manage');
  const algorithm = useQuery(trpc.algorithms.findByName.queryOptions({ owner, name }, askedAhead));
  // in small steps, as QueryStates does
  const isTaken = useDeferredValue(algorithm.data !== undefined);
  if (algorithm.isError && isNotFound(failureOf(algorithm.error))) {
    return (
      <NotFoundState title={`Algorithm ${owner}/${name} not found`} path={paths.algorithms} label="Go to algorithms">
        Check the address; it may have been removed.
      </NotFoundState>
    );
  }

  if (algorithm.isError && isError(failureOf(algorithm.error), 'NotAuthorized')) {
    return (
      <NotFoundState
        title={`You don’t have access to ${owner}/${name}`}
        path={paths.algorithms}
        label="Go to algorithms"
      >
        Ask its owner or an administrator.
      </NotFoundState>
    );
  }

  return (
    <>
      <PageHeader
        title={`${owner}/${name}`}
        description="Settings"
        above={<BackLink path={paths.algorithms} label="Algorithms" />}
      />
      <SignedIn
        pending={
          <SecretsSection>
            <LoadingRows label="Loading the page" />
          </SecretsSection>
        }
      >
        {algorithm.data && isTaken ? (
          <AlgorithmSecrets algorithm={algorithm.data} manages={algorithm.data.access.includes('secrets.manage')}>
            <AlgorithmCommands algorithm={algorithm.data} />
            {managesWorkers && <AlgorithmPools algorithm={algorithm.data} />}
            <AlgorithmHistory algorithmId={algorithm.data.id} />
            <Collaborators algorithm={algorithm.data} manages={algorithm.data.access.includes('algorithms.manage')} />
            {algorithm.data.access.includes('algorithms.manage') && <AlgorithmRemoval algorithm={algorithm.data} />}
          </AlgorithmSecrets>
        ) : (
          <SecretsSection>
            <QueryStates query={algorithm} what="the algorithm">
              {() => null}
            </QueryStates>
          </SecretsSection>
        )}
      </SignedIn>
    </>
  );
};
