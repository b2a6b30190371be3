'use client';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ProviderStatus } from '@secret-store/api/schemas';
import { DateTime, RecordTable, Section, type RecordColumn } from '@secret-store/ui';
import { useProviderNames } from '@/features/providers/use-provider-names.ts';
import { useTRPC } from '@/trpc.ts';

type Entry = ProviderStatus['leftBehind'][number] & { readonly providerId: string };

/** What may have stayed in a vault, and the store does not delete by itself. */
export const LeftBehind = () => {
  const trpc = useTRPC();
  const providerName = useProviderNames();
  const status = useQuery(trpc.providers.status.queryOptions());
  const entries = (status.data ?? []).flatMap(({ providerId, leftBehind }): Entry[] =>
    leftBehind.map((entry) => ({ ...entry, providerId })),
  );
  if (entries.length === 0) return null;

  const columns: RecordColumn<Entry>[] = [
    {
      title: 'Variable',
      isName: true,
      render: (entry) => (
        <Text ff="monospace" fz="sm">
          {entry.environmentVariable}
        </Text>
      ),
    },
    { title: 'Provider', render: (entry) => <Text fz="sm">{providerName(entry.providerId)}</Text> },
    {
      title: 'Secret ID',
      render: (entry) => (
        <Text ff="monospace" fz="xs">
          {entry.secretId}
        </Text>
      ),
    },
    {
      title: 'Since',
      render: (entry) => (
        <Text fz="sm" c="dimmed">
          <DateTime value={entry.since} />
        </Text>
      ),
    },
  ];
  return (
    <Section
      title="Possibly left behind"
      description="The vault may still hold these values: a write was interrupted, or a secret was removed without asking the vault. Look for them there and delete them."
      isFlush
    >
      <RecordTable label="Possibly left behind" columns={columns} items={entries} keyOf={(entry) => entry.secretId} />
    </Section>
  );
};
