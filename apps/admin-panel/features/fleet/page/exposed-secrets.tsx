'use client';
import { Anchor, Box, Progress, Text } from '@mantine/core';
import { CheckCircleIcon, KeyIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { ExposedSecret, ExposedSecretPage, WorkerDetails } from '@secret-store/api/schemas';
import { EmptyState, RecordTable, Section, type RecordColumn } from '@secret-store/ui';
import { useProviderNames } from '@/features/providers/use-provider-names.ts';
import { Pages, usePages } from '@/page/pages.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';
import { ExposedVaults } from './exposed-vaults.tsx';

const columnsWith = (providerName: (id: string) => string): RecordColumn<ExposedSecret>[] => [
  {
    title: 'Variable',
    isName: true,
    render: ({ environmentVariable }) => (
      <Text ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
        {environmentVariable}
      </Text>
    ),
  },
  {
    title: 'Algorithm',
    render: ({ owner, name }) => (
      <Anchor component={Link} href={paths.algorithmSettings(owner, name)} fz="sm">
        {owner}/{name}
      </Anchor>
    ),
  },
  {
    title: 'Provider',
    render: ({ providerId, isReference }) => (
      <div>
        <Text fz="sm">{providerName(providerId)}</Text>
        {isReference && (
          <Text fz="xs" c="dimmed">
            Others keep it: change it in the vault. The store can’t see that, so it stays listed.
          </Text>
        )}
      </div>
    ),
  },
  { title: 'Version', render: ({ version }) => <Text fz="sm">{version}</Text> },
];

/** The secrets that a worker can open, or could before it was revoked and that have the same value since. */
export const ExposedSecrets = ({ worker }: { readonly worker: WorkerDetails }) => {
  const trpc = useTRPC();
  const pages = usePages();
  const providerName = useProviderNames();
  const isRevoked = worker.state === 'revoked';
  const exposed = useQuery(
    trpc.workers.exposed.queryOptions(
      { workerId: worker.id, limit: '20', ...(pages.marker !== undefined && { marker: pages.marker }) },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <Section
      title={isRevoked ? 'Values it could have opened' : 'Values it can open'}
      description={
        isRevoked
          ? 'Give each secret a new value, and make the old one useless where it is used. A changed secret leaves this list.'
          : `These would have to be changed if you revoke it. All workers of the pool ${worker.pool} can open them.`
      }
      isFlush
    >
      <QueryStates query={exposed} what="the values">
        {(page) => (
          <>
            {isRevoked && page.total > 0 && <Changed {...page} />}
            {isRevoked && <ExposedVaults providers={page.providers} />}
            {page.results.length === 0 && pages.markers.length === 0 ? (
              <Nothing isRevoked={isRevoked} total={page.total} />
            ) : (
              <RecordTable
                label={isRevoked ? 'Values it could have opened' : 'Values it can open'}
                columns={columnsWith(providerName)}
                items={page.results}
                keyOf={({ secretId }) => secretId}
              />
            )}
            <Pages pages={pages} next={page.marker} isLoading={exposed.isPlaceholderData} />
          </>
        )}
      </QueryStates>
    </Section>
  );
};

const Changed = ({ changed, total }: Pick<ExposedSecretPage, 'changed' | 'total'>) => (
  <Box px="lg" pb="lg" maw={480}>
    <Text fz="sm" role="status" mb={8}>
      {`${changed} of ${total} changed since it was revoked`}
    </Text>
    <Progress value={(100 * changed) / total} color="teal" aria-label="Changed values" />
  </Box>
);

const Nothing = ({ isRevoked, total }: { readonly isRevoked: boolean; readonly total: number }) =>
  isRevoked && total > 0 ? (
    <EmptyState icon={<CheckCircleIcon size={24} />} title="All values were changed">
      What this worker may still know is out of date.
    </EmptyState>
  ) : (
    <EmptyState icon={<KeyIcon size={24} />} title={isRevoked ? 'It could open no values' : 'It can open no values'}>
      No algorithm with secrets {isRevoked ? 'ran' : 'runs'} in its pool.
    </EmptyState>
  );
