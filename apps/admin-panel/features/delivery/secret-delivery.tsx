'use client';
import { Stack, Text } from '@mantine/core';
import { ServerIcon } from '@primer/octicons-react';
import { useQuery } from '@tanstack/react-query';
import type { SecretDelivery as Delivery } from '@secret-store/api/schemas';
import { DateTime, EmptyState, RecordTable, type RecordColumn } from '@secret-store/ui';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';
import { commandColumn, startedColumn } from './command-columns.tsx';
import { DeliveryState } from './delivery-state.tsx';
import { durationInWords } from './delivery-words.ts';
import { otherwise, whileUnderWay } from './use-algorithm-delivery.ts';

type Worker = Delivery['workers'][number];
type Process = Delivery['processes'][number];

const isUnderWay = ({ state }: Worker): boolean => state === 'behind' || state === 'failed';

const workerColumns: readonly RecordColumn<Worker>[] = [
  {
    title: 'Worker',
    isName: true,
    render: ({ name, pool }) => (
      <div>
        <Text fw={500}>{name}</Text>
        <Text fz="xs" c="dimmed">
          Pool {pool}
        </Text>
      </div>
    ),
  },
  {
    title: 'State',
    render: ({ state, reason }) => <DeliveryState state={state}>{reason ?? undefined}</DeliveryState>,
  },
  { title: 'Version', render: ({ version }) => <Text fz="sm">{version ?? 'None'}</Text> },
  {
    title: 'Ready after',
    render: ({ milliseconds }) => <Text fz="sm">{milliseconds === null ? '–' : durationInWords(milliseconds)}</Text>,
  },
];

const processColumns = (workers: readonly Worker[], present: number): readonly RecordColumn<Process>[] => [
  commandColumn(({ workerId }) => workers.find((worker) => worker.workerId === workerId)?.name ?? workerId),
  {
    title: 'Version',
    render: ({ version }) => (
      <DeliveryState state={version === present ? 'ready' : 'behind'} label={version === null ? 'Older' : `${version}`}>
        {version === present ? undefined : 'Restart the command to give it the current value'}
      </DeliveryState>
    ),
  },
  startedColumn,
];

interface SecretDeliveryProps {
  readonly algorithmId: string;
  readonly secretId: string;
}

/** Which workers have fetched the current value of a secret, and which commands were started with which. */
export const SecretDelivery = ({ algorithmId, secretId }: SecretDeliveryProps) => {
  const trpc = useTRPC();
  const delivery = useQuery(
    trpc.secrets.delivery.queryOptions(
      { algorithmId, secretId },
      { refetchInterval: ({ state: { data } }) => (data?.workers.some(isUnderWay) ? whileUnderWay : otherwise) },
    ),
  );
  return (
    <QueryStates query={delivery} what="the delivery">
      {({ version, committed, workers, processes }) => (
        <Stack gap="lg">
          <Text fz="sm">
            Version {version}, saved <DateTime value={committed} />
          </Text>
          <div>
            <Text fw={600}>Fetched by workers</Text>
            <Text fz="sm" c="dimmed" mb="sm">
              A command that starts on a ready worker gets this version.
            </Text>
            {workers.length === 0 ? (
              <EmptyState icon={<ServerIcon size={24} />} title="No worker has joined">
                No pool of this algorithm has a worker.
              </EmptyState>
            ) : (
              <RecordTable label="Workers" columns={workerColumns} items={workers} keyOf={({ workerId }) => workerId} />
            )}
          </div>
          <div>
            <Text fw={600}>In running commands</Text>
            <Text fz="sm" c="dimmed" mb="sm">
              {processes.length === 0
                ? 'No command that workers know of runs with this secret now.'
                : 'A command keeps the version that it was started with.'}
            </Text>
            {processes.length > 0 && (
              <RecordTable
                label="Running commands"
                columns={processColumns(workers, version)}
                items={processes.map((process, index) => ({ ...process, index }))}
                keyOf={({ workerId, started, index }) => `${workerId} ${started} ${index}`}
              />
            )}
          </div>
        </Stack>
      )}
    </QueryStates>
  );
};
