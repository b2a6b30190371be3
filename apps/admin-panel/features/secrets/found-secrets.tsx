'use client';
import { Text } from '@mantine/core';
import { KeyIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { FoundSecret } from '@secret-store/api/schemas';
import { DateTime, EmptyState, type RecordColumn } from '@secret-store/ui';
import { AlgorithmLink } from '@/page/algorithm-link.tsx';
import { PagedRecords } from '@/page/paged-records.tsx';
import { usePages } from '@/page/pages.tsx';
import { useTRPC } from '@/trpc.ts';

interface FoundSecretsProps {
  readonly search: string;
  /** empty: any */
  readonly providerId: string;
  readonly providerName: (providerId: string) => string;
}

export const FoundSecrets = ({ search, providerId, providerName }: FoundSecretsProps) => {
  const trpc = useTRPC();
  const pages = usePages();
  const query = useQuery(
    trpc.secrets.search.queryOptions(
      { ...pages.request, ...(search !== '' && { search }), ...(providerId !== '' && { provider_id: providerId }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const columns: readonly RecordColumn<FoundSecret>[] = [
    {
      title: 'Variable',
      isName: true,
      render: ({ secret_key, short_name }) => (
        <div>
          <Text ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
            {secret_key}
          </Text>
          <Text fz="xs" c="dimmed" mt={2}>
            {short_name}
          </Text>
        </div>
      ),
    },
    { title: 'Algorithm', render: ({ algorithm }) => <AlgorithmLink {...algorithm} /> },
    { title: 'Provider', render: ({ provider_id }) => <Text fz="sm">{providerName(provider_id)}</Text> },
    {
      title: 'Last updated',
      render: ({ modified }) => (
        <Text fz="sm" component="div">
          <DateTime value={modified} />
        </Text>
      ),
    },
  ];
  const total = query.data?.total ?? 0;
  return (
    <PagedRecords
      query={query}
      what="the secrets"
      pages={pages}
      label="Secrets"
      columns={columns}
      keyOf={({ id }) => id}
      empty={
        <EmptyState
          icon={<KeyIcon size={24} />}
          title={search === '' ? 'No secrets yet' : `Nothing found for “${search}”`}
        >
          {search === '' && providerId === ''
            ? 'Open an algorithm and add its secrets.'
            : 'Search finds parts of a variable, of a display name and of an algorithm’s name.'}
        </EmptyState>
      }
    >
      <Text c="dimmed" fz="sm" px="lg" pb="sm" role="status">
        {total === 1 ? '1 secret' : `${total.toLocaleString()} secrets`}
      </Text>
    </PagedRecords>
  );
};
