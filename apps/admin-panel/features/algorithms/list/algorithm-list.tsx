'use client';
import { Anchor, Box, Button, Code, Text } from '@mantine/core';
import { CpuIcon } from '@primer/octicons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { FoundAlgorithm } from '@secret-store/api/schemas';
import { DateTime, EmptyState, RecordTable, type RecordColumn } from '@secret-store/ui';
import { NumberedPages } from '@/page/numbered-pages.tsx';
import { PageLink } from '@/page/page-link.tsx';
import { QueryStates } from '@/page/query-states.tsx';
import { paths } from '@/paths.ts';
import { useTRPC } from '@/trpc.ts';

const columns: RecordColumn<FoundAlgorithm>[] = [
  {
    title: 'Algorithm',
    isName: true,
    render: ({ owner, name, variables }) => (
      <div>
        <Anchor component={PageLink} href={paths.algorithmSettings(owner, name)} fw={500}>
          <Text span c="dimmed" inherit>
            {owner}/
          </Text>
          {name}
        </Anchor>
        {variables.length > 0 && (
          <Text fz="xs" c="dimmed" mt={2}>
            Has{' '}
            {variables.map((variable) => (
              <Code key={variable} fz="xs" mr={4}>
                {variable}
              </Code>
            ))}
          </Text>
        )}
      </div>
    ),
  },
  {
    title: 'Secrets',
    render: ({ secrets }) => <Text fz="sm">{secrets === 0 ? 'None' : secrets.toLocaleString()}</Text>,
  },
  {
    title: 'Last updated',
    render: ({ modified }) => (
      <Text fz="sm" component="div">
        <DateTime value={modified} />
      </Text>
    ),
  },
];

interface AlgorithmListProps {
  /** those of this one alone */
  readonly owner?: string;
  readonly search: string;
  readonly sort: 'name' | 'modified';
  readonly page: number;
  readonly onPage: (page: number) => void;
  /** null: they may not */
  readonly onCreate: (() => void) | null;
}

export const AlgorithmList = ({ owner, search, sort, page, onPage, onCreate }: AlgorithmListProps) => {
  const trpc = useTRPC();
  const top = useRef<HTMLDivElement>(null);
  const query = useQuery(
    trpc.algorithms.search.queryOptions(
      { sort, page, ...(owner !== undefined && { owner }), ...(search !== '' && { search }) },
      { placeholderData: keepPreviousData },
    ),
  );
  // the last one of the page was deleted, or the link is old
  const isBeyond = page > 1 && query.data?.results.length === 0 && !query.isPlaceholderData;
  const begin = useEffectEvent(() => onPage(1));
  useEffect(() => {
    if (isBeyond) begin();
  }, [isBeyond]);
  const turn = (next: number) => {
    onPage(next);
    top.current?.scrollIntoView({ block: 'start' });
  };

  return (
    <Box ref={top} style={{ scrollMarginTop: 80 }}>
      <QueryStates query={query} what="the algorithms">
        {({ results, total, size }) =>
          results.length === 0 ? (
            <EmptyState
              icon={<CpuIcon size={24} />}
              title={search === '' ? 'No algorithms yet' : `Nothing found for “${search}”`}
              action={search === '' && onCreate !== null && <Button onClick={onCreate}>Create an algorithm</Button>}
            >
              {search === ''
                ? 'Create an algorithm and add its secrets. A worker passes them to it as environment variables.'
                : 'Search finds parts of an owner, of a name and of a variable.'}
            </EmptyState>
          ) : (
            <>
              <RecordTable label="Algorithms" columns={columns} items={results} keyOf={({ id }) => id} />
              <NumberedPages page={page} size={size} total={total} what="algorithms" onChange={turn} />
            </>
          )
        }
      </QueryStates>
    </Box>
  );
};
