'use client';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { RecordTable, type RecordTableProps } from '@secret-store/ui';
import { Pages, type usePages } from './pages.tsx';
import { QueryStates } from './query-states.tsx';

interface Page<Item> {
  readonly results: readonly Item[];
  readonly marker: string | null;
}

interface PagedRecordsProps<Item> extends Omit<RecordTableProps<Item>, 'items'> {
  readonly query: UseQueryResult<Page<Item>, unknown>;
  /** what is loaded, such as "the algorithms" */
  readonly what: string;
  readonly pages: ReturnType<typeof usePages>;
  /** in place of the table where there is nothing */
  readonly empty: ReactNode;
  /** above the table, once it is loaded */
  readonly children?: ReactNode;
}

/** A table of a list that comes in pages. */
export const PagedRecords = <Item,>({ query, what, pages, empty, children, ...table }: PagedRecordsProps<Item>) => {
  const { isFirst, setMarkers } = pages;
  // its last one was removed: the page before is the last one now
  const isEmptied = !isFirst && query.data?.results.length === 0 && !query.isPlaceholderData;
  useEffect(() => {
    if (isEmptied) setMarkers((markers) => markers.slice(0, -1));
  }, [isEmptied, setMarkers]);
  return (
    <QueryStates query={query} what={what}>
      {({ results, marker }) => (
        <>
          {children}
          {results.length === 0 && isFirst ? empty : <RecordTable items={results} {...table} />}
          <Pages pages={pages} next={marker} isLoading={query.isPlaceholderData} />
        </>
      )}
    </QueryStates>
  );
};
