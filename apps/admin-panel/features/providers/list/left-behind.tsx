'use client';
import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ProviderStatus } from '@secret-store/api/schemas';
import { DateTime, RecordTable, Section, type RecordColumn } from '@secret-store/ui';
import { useProviderNames } from '@/features/providers/use-provider-names.ts';
import { AlgorithmLink } from '@/page/algorithm-link.tsx';
import { PageLink } from '@/page/page-link.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

type Entry = ProviderStatus['leftBehind'][number] & { readonly providerId: string };

const reasons: Readonly<Record<Entry['kind'], string>> = {
  create: 'The write was interrupted while the secret was created',
  update: 'The write was interrupted while the secret was updated',
  delete: 'The secret was removed without asking the vault',
};

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
      render: ({ environmentVariable, algorithm }) => (
        <div>
          <Text ff="monospace" fz="sm">
            {environmentVariable}
          </Text>
          {algorithm && <AlgorithmLink {...algorithm} fz="xs" />}
        </div>
      ),
    },
    {
      title: 'Provider',
      render: ({ providerId }) => (
        <Anchor component={PageLink} href={paths.provider(providerId)} fz="sm">
          {providerName(providerId)}
        </Anchor>
      ),
    },
    {
      title: 'In the vault',
      render: ({ place, secretId }) => (
        <div>
          {place === null ? (
            <Text fz="xs">The place is not known. Its name may contain the secret ID.</Text>
          ) : (
            <Text ff="monospace" fz="xs" style={{ overflowWrap: 'anywhere' }}>
              {place}
            </Text>
          )}
          <Text fz="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            Secret ID {secretId}
          </Text>
        </div>
      ),
    },
    { title: 'Why', render: ({ kind }) => <Text fz="sm">{reasons[kind]}</Text> },
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
      description="The vault may still hold these values: a write was interrupted, or a secret was removed without asking the vault. To clean up, delete what stands under “In the vault” with the vault’s own tools: the store doesn’t delete it by itself."
      isFlush
    >
      <RecordTable label="Possibly left behind" columns={columns} items={entries} keyOf={(entry) => entry.secretId} />
    </Section>
  );
};
