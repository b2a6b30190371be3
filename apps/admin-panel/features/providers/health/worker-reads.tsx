import { Anchor, Stack, Text } from '@mantine/core';
import type { ProviderHealth } from '@secret-store/api/schemas';
import { DateTime, RecordTable, type RecordColumn, StateLabel } from '@secret-store/ui';
import { durationInWords } from '@/features/delivery/delivery-words.ts';
import { PageLink } from '@/page/page-link.tsx';
import { paths } from '@/paths.ts';

type Worker = ProviderHealth['workers'][number];

const columns: readonly RecordColumn<Worker>[] = [
  {
    title: 'Worker',
    isName: true,
    render: ({ workerId, name, pool }) => (
      <div>
        <Anchor component={PageLink} href={paths.worker(workerId)} fz="sm" fw={500}>
          {name}
        </Anchor>
        <Text fz="xs" c="dimmed">
          {pool}
        </Text>
      </div>
    ),
  },
  { title: 'State', render: (worker) => <ReadState worker={worker} /> },
  {
    title: 'Last value that arrived',
    render: ({ arrived }) =>
      arrived === null ? (
        <Text fz="sm" c="dimmed">
          None
        </Text>
      ) : (
        <Text fz="sm">
          <DateTime value={arrived.at} />
          {arrived.milliseconds !== null && `, ${durationInWords(arrived.milliseconds)} after it was saved`}
        </Text>
      ),
  },
];

const ReadState = ({ worker: { isOnline, ready, behind, failures } }: { readonly worker: Worker }) => {
  if (!isOnline) return <StateLabel tone="none" label="Offline" />;
  const failed = failures.reduce((sum, { secrets }) => sum + secrets, 0);
  if (ready + behind + failed === 0) return <StateLabel tone="none" label="Runs none of these algorithms" />;
  return (
    <Stack gap={4}>
      {ready > 0 && <StateLabel tone="good" label={`Reads ${ready.toLocaleString()}`} />}
      {behind > 0 && <StateLabel tone="attention" label={`Behind with ${behind.toLocaleString()}`} />}
      {failures.map(({ reason, secrets }) => (
        <StateLabel key={reason} tone="bad" label={`Can’t read ${secrets.toLocaleString()}`}>
          {reason}
        </StateLabel>
      ))}
    </Stack>
  );
};

/** What each worker says of the secrets that changed last. */
export const WorkerReads = ({ workers }: Pick<ProviderHealth, 'workers'>) => (
  <RecordTable label="Reads on workers" columns={columns} items={workers} keyOf={({ workerId }) => workerId} />
);
