'use client';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { FailureState, LoadingRows } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';

interface QueryStatesProps<Data> {
  readonly query: UseQueryResult<Data, unknown>;
  /** what is being fetched, as in "the algorithms" */
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
}

/** One way for every query to be on its way, to have failed, and to be there. */
export const QueryStates = <Data,>({ query, what, children }: QueryStatesProps<Data>) => {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    const failure = failureOf(query.error);
    return (
      <FailureState
        title={`Could not load ${what}`}
        message={failure.message}
        reference={failure.reference}
        onRetry={() => void query.refetch()}
      />
    );
  }
  return <LoadingRows label={`Loading ${what}`} />;
};
