'use client';
import { List, Text } from '@mantine/core';
import { InboxIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { WorkerDetails, WorkerHoldings as Holdings } from '@secret-store/api/schemas';
import { DateTime, EmptyState, Section, type RecordColumn } from '@secret-store/ui';
import { DeliveryState } from '@/features/delivery/delivery-state.tsx';
import { otherwise, whileUnderWay } from '@/features/delivery/use-algorithm-delivery.ts';
import { AlgorithmLink } from '@/page/algorithm-link.tsx';
import { PagedRecords } from '@/page/paged-records.tsx';
import { usePages } from '@/page/pages.tsx';
import { useTRPC } from '@/trpc.ts';

type Holding = Holdings['results'][number];

const failuresShown = 5;

const columns: readonly RecordColumn<Holding>[] = [
  {
    title: 'Algorithm',
    isName: true,
    render: ({ owner, name }) => <AlgorithmLink owner={owner} name={name} fw={500} />,
  },
  {
    title: 'Secrets',
    render: ({ state, failures }) => (
      <DeliveryState state={state}>
        {failures.length === 0 ? undefined : (
          <List fz="xs" withPadding>
            {failures.slice(0, failuresShown).map(({ variable, reason }) => (
              <List.Item key={variable}>
                {variable}: {reason}
              </List.Item>
            ))}
            {failures.length > failuresShown && <List.Item>{`and ${failures.length - failuresShown} more`}</List.Item>}
          </List>
        )}
      </DeliveryState>
    ),
  },
  {
    title: 'Running',
    render: ({ commands }) =>
      commands.length === 0 ? (
        <Text fz="sm" c="dimmed">
          Nothing
        </Text>
      ) : (
        <div>
          {commands.map(({ id, kind, started, outdated }) => (
            <Text key={id} fz="sm">
              {kind} since <DateTime value={started} />
              {outdated.length > 0 && ', with older values'}
            </Text>
          ))}
        </div>
      ),
  },
];

/** What a worker has fetched of the algorithms of its pool, and what runs on it. */
export const WorkerHoldings = ({ worker: { id, state } }: { readonly worker: WorkerDetails }) => {
  const trpc = useTRPC();
  const pages = usePages();
  const holdings = useQuery(
    trpc.workers.holdings.queryOptions(
      { workerId: id, ...pages.request },
      {
        placeholderData: keepPreviousData,
        refetchInterval: ({ state: { data } }) =>
          data?.results.some((holding) => holding.state !== 'ready') ? whileUnderWay : otherwise,
      },
    ),
  );
  return (
    <Section
      title="What it holds"
      description={
        state === 'online'
          ? 'The secrets of each algorithm of its pool, as this worker has reported them.'
          : 'What it reported last. It is offline, so nobody knows what runs on it.'
      }
      isFlush
    >
      <PagedRecords
        query={holdings}
        what="what the worker holds"
        pages={pages}
        label="What it holds"
        columns={columns}
        keyOf={({ algorithmId }) => algorithmId}
        empty={
          <EmptyState icon={<InboxIcon size={24} />} title="Nothing to hold">
            No algorithm with secrets runs in its pool.
          </EmptyState>
        }
      />
    </Section>
  );
};
