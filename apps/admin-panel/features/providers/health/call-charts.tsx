import { Box, SimpleGrid, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { CallSlot } from '@secret-store/api/schemas';
import { DateTime, Disclosure, RecordTable, type RecordColumn, TimeChart } from '@secret-store/ui';
import { durationInWords } from '@/features/delivery/delivery-words.ts';

const columns: readonly RecordColumn<CallSlot>[] = [
  { title: 'From', isName: true, render: ({ start }) => <DateTime value={start} /> },
  { title: 'Writes', render: ({ calls }) => calls.toLocaleString() },
  { title: 'Failed', render: ({ failures }) => failures.toLocaleString() },
  { title: 'Average', render: ({ average }) => (average === null ? '' : durationInWords(average)) },
  { title: 'Slowest', render: ({ slowest }) => (slowest === null ? '' : durationInWords(slowest)) },
];

const counted = (value: number): string => (Number.isInteger(value) ? value.toLocaleString() : '');

const timed = (value: number): string => durationInWords(Math.round(value));

/** Writes of the last 24 hours: how many failed, and how long they took. */
export const CallCharts = ({ slots }: { readonly slots: readonly CallSlot[] }) => {
  const [isTable, setTable] = useState(false);
  const charts = useMemo(
    () => ({
      times: slots.map(({ start }) => new Date(start)),
      // the failed ones are drawn over all
      writes: [
        { name: 'Worked', values: slots.map(({ calls }) => calls), shape: 'bars', tone: 'good' },
        { name: 'Failed', values: slots.map(({ failures }) => failures), shape: 'bars', tone: 'bad' },
      ] as const,
      durations: [
        { name: 'Slowest', values: slots.map(({ slowest }) => slowest), shape: 'line', tone: 'plain' },
        { name: 'Average', values: slots.map(({ average }) => average), shape: 'line', tone: 'good' },
      ] as const,
    }),
    [slots],
  );
  const used = slots.filter(({ calls }) => calls > 0);
  if (used.length === 0) {
    return (
      <Text fz="sm" c="dimmed" px="lg">
        No writes in the last 24 hours.
      </Text>
    );
  }
  const calls = used.reduce((sum, slot) => sum + slot.calls, 0);
  const failures = used.reduce((sum, slot) => sum + slot.failures, 0);
  const share = Math.ceil((100 * failures) / calls);
  const slowest = Math.max(...used.map((slot) => slot.slowest ?? 0));
  return (
    <Box px="lg">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" mb="sm">
        <TimeChart
          title="Writes in 24 hours"
          summary={`${calls.toLocaleString()} writes, ${failures.toLocaleString()} failed (${share}%).`}
          times={charts.times}
          series={charts.writes}
          format={counted}
        />
        <TimeChart
          title="Time per write"
          summary={`The slowest took ${durationInWords(slowest)}.`}
          times={charts.times}
          series={charts.durations}
          format={timed}
        />
      </SimpleGrid>
      <Text fz="xs" c="dimmed" mb="sm">
        {calls.toLocaleString()} {calls === 1 ? 'write' : 'writes'}, {failures.toLocaleString()} failed ({share}%). The
        slowest took {durationInWords(slowest)}.
      </Text>
      <Disclosure title="The same as a table" isOpen={isTable} onToggle={() => setTable(!isTable)}>
        <RecordTable
          label="Writes by quarter of an hour"
          columns={columns}
          items={used.toReversed()}
          keyOf={({ start }) => start}
        />
      </Disclosure>
    </Box>
  );
};
