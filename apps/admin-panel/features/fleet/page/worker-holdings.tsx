'use client';
import { Anchor, List, Text } from '@mantine/core';
import { InboxIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { WorkerDetails, WorkerHoldings as Holdings } from '@secret-store/api/schemas';
import { DateTime, EmptyState, RecordTable, Section, type RecordColumn } from '@secret-store/ui';
import { DeliveryState } from '@/features/delivery/delivery-state.tsx';
import { otherwise, whileUnderWay } from '@/features/delivery/use-algorithm-delivery.ts';
import { Pages, usePages } from '@/page/pages.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

type Holding = Holdings['results'][number];

const failuresShown = 5;

const columns: readonly RecordColumn<Holding>[] = [
  {
    title: 'Algorithm',
    isName: true,
    render: ({ owner, name }) => (
      <Anchor component={Link} href={paths.algorithmSettings(owner, name)} fw={500}>
        {owner}/{name}
      </Anchor>
    ),
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
      { workerId: id, limit: '20', ...(pages.marker !== undefined && { marker: pages.marker }) },
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
      <QueryStates query={holdings} what="what the worker holds">
        {(page) => (
          <>
            {page.results.length === 0 && pages.markers.length === 0 ? (
              <EmptyState icon={<InboxIcon size={24} />} title="Nothing to hold">
                No algorithm with secrets runs in its pool.
              </EmptyState>
            ) : (
              <RecordTable
                label="What it holds"
                columns={columns}
                items={page.results}
                keyOf={({ algorithmId }) => algorithmId}
              />
            )}
            <Pages pages={pages} next={page.marker} isLoading={holdings.isPlaceholderData} />
          </>
        )}
      </QueryStates>
    </Section>
  );
};
