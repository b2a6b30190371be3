'use client';
import { Box, Progress, Text } from '@mantine/core';
import { CheckCircleIcon, KeyIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ExposedSecret, ExposedSecretPage, WorkerDetails } from '@secret-store/api/schemas';
import { EmptyState, Section, type RecordColumn } from '@secret-store/ui';
import { useProviderNames } from '@/features/providers/use-provider-names.ts';
import { AlgorithmLink } from '@/page/algorithm-link.tsx';
import { PagedRecords } from '@/page/paged-records.tsx';
import { usePages } from '@/page/pages.tsx';
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
    render: ({ owner, name }) => <AlgorithmLink owner={owner} name={name} fz="sm" />,
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
    trpc.workers.exposed.queryOptions({ workerId: worker.id, ...pages.request }, { placeholderData: keepPreviousData }),
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
      <PagedRecords
        query={exposed}
        what="the values"
        pages={pages}
        label={isRevoked ? 'Values it could have opened' : 'Values it can open'}
        columns={columnsWith(providerName)}
        keyOf={({ secretId }) => secretId}
        empty={<Nothing isRevoked={isRevoked} total={exposed.data?.total ?? 0} />}
      >
        {isRevoked && exposed.data !== undefined && (
          <>
            {exposed.data.total > 0 && <Changed {...exposed.data} />}
            <ExposedVaults providers={exposed.data.providers} />
          </>
        )}
      </PagedRecords>
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
