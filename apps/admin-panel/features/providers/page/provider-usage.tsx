'use client';
import { Text } from '@mantine/core';
import { LinkIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ProviderUsageDetails } from '@secret-store/api/schemas';
import { EmptyState, Section, type RecordColumn } from '@secret-store/ui';
import { AlgorithmLink } from '@/page/algorithm-link.tsx';
import { PagedRecords } from '@/page/paged-records.tsx';
import { usePages } from '@/page/pages.tsx';
import { useTRPC } from '@/trpc.ts';

type Use = ProviderUsageDetails['results'][number];

const shownMaximum = 5;

const columns: readonly RecordColumn<Use>[] = [
  {
    title: 'Algorithm',
    isName: true,
    render: ({ owner, name }) => <AlgorithmLink owner={owner} name={name} fw={500} />,
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
    trpc.providers.usage.queryOptions({ providerId, ...pages.request }, { placeholderData: keepPreviousData }),
  );
  const secrets = usage.data?.secrets ?? 0;
  return (
    <Section
      title="Where it is used"
      {...(secrets > 0 && {
        description: `${secrets === 1 ? '1 secret depends' : `${secrets.toLocaleString()} secrets depend`} on this provider.`,
      })}
      isFlush
    >
      <PagedRecords
        query={usage}
        what="where it is used"
        pages={pages}
        label="Where it is used"
        columns={columns}
        keyOf={({ algorithmId }) => algorithmId}
        empty={
          <EmptyState icon={<LinkIcon size={24} />} title="Nothing uses it">
            No algorithm has a secret with this provider.
          </EmptyState>
        }
      />
    </Section>
  );
};
