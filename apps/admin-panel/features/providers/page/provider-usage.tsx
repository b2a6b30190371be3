'use client';
import { Anchor, Text } from '@mantine/core';
import { LinkIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { ProviderUsageDetails } from '@secret-store/api/schemas';
import { EmptyState, RecordTable, Section, type RecordColumn } from '@secret-store/ui';
import { Pages, usePages } from '@/page/pages.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

type Use = ProviderUsageDetails['results'][number];

const shownMaximum = 5;

const columns: readonly RecordColumn<Use>[] = [
  {
    title: 'Algorithm',
    isName: true,
    render: ({ owner, name }) => (
      <Anchor component={Link} href={paths.algorithmSettings(owner, name)} fw={500}>
        {owner}/{name}
      </Anchor>
    ),
  },
  { title: 'Owner', render: ({ owner }) => <Text fz="sm">{owner}</Text> },
  {
    title: 'Secrets',
    render: ({ variables }) => (
      <div>
        {variables.slice(0, shownMaximum).map((variable) => (
          <Text key={variable} ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
            {variable}
          </Text>
        ))}
        {variables.length > shownMaximum && (
          <Text fz="xs" c="dimmed">
            and {variables.length - shownMaximum} more
          </Text>
        )}
      </div>
    ),
  },
  {
    title: 'Running',
    render: ({ commands }) => (
      <Text fz="sm" {...(commands === 0 && { c: 'dimmed' })}>
        {commands === 0 ? 'Nothing' : commands === 1 ? '1 command' : `${commands} commands`}
      </Text>
    ),
  },
];

/** What depends on a provider: to be looked at before its credential, or what is in the vault, is changed. */
export const ProviderUsage = ({ providerId }: { readonly providerId: string }) => {
  const trpc = useTRPC();
  const pages = usePages();
  const usage = useQuery(
    trpc.providers.usage.queryOptions(
      { providerId, limit: '20', ...(pages.marker !== undefined && { marker: pages.marker }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const secrets = usage.data?.secrets ?? 0;
  return (
    <Section
      title="Where it is used"
      description={
        secrets === 0
          ? 'What would be affected if you changed or rotated its credentials.'
          : `${secrets === 1 ? '1 secret is' : `${secrets.toLocaleString()} secrets are`} affected if you change or rotate its credentials.`
      }
      isFlush
    >
      <QueryStates query={usage} what="where it is used">
        {(page) => (
          <>
            {page.results.length === 0 && pages.markers.length === 0 ? (
              <EmptyState icon={<LinkIcon size={24} />} title="Nothing uses it">
                No algorithm has a secret with this provider.
              </EmptyState>
            ) : (
              <RecordTable
                label="Where it is used"
                columns={columns}
                items={page.results}
                keyOf={({ algorithmId }) => algorithmId}
              />
            )}
            <Pages pages={pages} next={page.marker} isLoading={usage.isPlaceholderData} />
          </>
        )}
      </QueryStates>
    </Section>
  );
};
