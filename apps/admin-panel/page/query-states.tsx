'use client';
import type { UseQueryResult } from '@tanstack/react-query';
import { useDeferredValue, type ReactNode } from 'react';
import { FailureState, LoadingRows } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';

interface QueryStatesProps<Data> {
  readonly query: UseQueryResult<Data, unknown>;
  /** what is loaded, such as "the algorithms" */
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
}

/** Shows a query's loading, failed and loaded states the same way everywhere. */
export const QueryStates = <Data,>({ query, what, children }: QueryStatesProps<Data>) => {
  // what has just come is rendered in small steps, between which the browser answers the person
  const isTaken = useDeferredValue(query.data !== undefined);
  if (query.data !== undefined && isTaken) return children(query.data);
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
  return <LoadingRows label={`Loading ${what}`} />;
};
