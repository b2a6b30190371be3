'use client';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FailureState, LoadingRows } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';

interface QueryStatesProps<Data> {
  readonly query: UseQueryResult<Data, unknown>;
  /** what is loaded, such as "the algorithms" */
  readonly what: string;
  /** how many rows it most likely has: what stands below moves less when it comes */
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}

/** Shows a query's loading, failed and loaded states the same way everywhere. */
export const QueryStates = <Data,>({ query, what, rows = 3, children }: QueryStatesProps<Data>) => {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    const failure = failureOf(query.error);
    return (
      <FailureState
        title={`Couldn’t load ${what}`}
        message={failure.message}
        reference={failure.reference}
        onRetry={() => void query.refetch()}
      />
    );
  }
  return <LoadingRows label={`Loading ${what}`} rows={rows} />;
};
