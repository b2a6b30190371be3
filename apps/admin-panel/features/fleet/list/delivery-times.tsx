'use client';
import { Box, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DeliveryTimes as Times } from '@secret-store/api/schemas';
import { RecordTable, type RecordColumn, Section, TimeChart } from '@secret-store/ui';
import { durationInWords } from '@/features/delivery/delivery-words.ts';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC } from '@/trpc.ts';

type Worker = Times['workers'][number];

const againAfter = 30_000;

/** The one in the middle; null where there is none. */
const medianOf = ({ arrivals }: Worker): number | null => {
  const sorted = arrivals.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
};

const slowestOf = ({ arrivals }: Worker): number | null =>
  arrivals.length === 0 ? null : Math.max(...arrivals.map(({ milliseconds }) => milliseconds));

const inWords = (milliseconds: number | null): string => (milliseconds === null ? 'None' : timed(milliseconds));
const timed = (value: number): string => durationInWords(Math.round(value));

const columns: readonly RecordColumn<Worker>[] = [
  { title: 'Worker', isName: true, render: ({ name }) => <Text fz="sm">{name}</Text> },
  { title: 'Values', render: ({ arrivals }) => <Text fz="sm">{arrivals.length.toLocaleString()}</Text> },
  { title: 'Median', render: (worker) => <Text fz="sm">{inWords(medianOf(worker))}</Text> },
  { title: 'Slowest', render: (worker) => <Text fz="sm">{inWords(slowestOf(worker))}</Text> },
];

/** How long the values that changed last took to reach the workers. */
export const DeliveryTimes = () => {
  const trpc = useTRPC();
  const times = useQuery(trpc.workers.deliveryTimes.queryOptions(undefined, { refetchInterval: againAfter }));
  return (
    <Section
      title="Delivery"
      description="Time from saving a value until a worker can use it, for the 100 secrets that changed last, as online workers report it."
      isFlush
    >
      <QueryStates query={times} what="the delivery times">
        {({ workers }) => <Arrivals workers={workers} />}
      </QueryStates>
    </Section>
  );
};

const Arrivals = ({ workers }: Times) => {
  const chart = useMemo(() => {
    const all = workers
      .flatMap(({ arrivals }) => arrivals)
      .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
    return {
      times: all.map(({ at }) => new Date(at)),
      series: [
        {
          name: 'A value on a worker',
          shape: 'points',
          tone: 'good',
          values: all.map(({ milliseconds }) => milliseconds),
        },
      ] as const,
    };
  }, [workers]);
  if (chart.times.length === 0) {
    return (
      <Text fz="sm" c="dimmed" px="lg" pb="lg">
        No value has arrived at a worker that is online.
      </Text>
    );
  }
  return (
    <Stack gap="md">
      <Box px="lg">
        <TimeChart
          title="Time to arrive"
          summary="The table below says the same for each worker."
          times={chart.times}
          series={chart.series}
          format={timed}
        />
      </Box>
      <RecordTable label="Delivery by worker" columns={columns} items={workers} keyOf={({ workerId }) => workerId} />
    </Stack>
  );
};
