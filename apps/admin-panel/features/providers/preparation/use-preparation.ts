'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/trpc.ts';

const whileItRuns = 500;
const whileItWaits = 3_000;

interface Follow {
  /** null: there is no provider yet */
  readonly providerId: string | null;
  /** whether a request that changes it is still running */
  readonly isOutstanding: boolean;
}

/** The state of a preparation, polled while it can change. */
export const usePreparation = ({ providerId, isOutstanding }: Follow) => {
  const trpc = useTRPC();
  return useQuery(
    trpc.providers.preparation.queryOptions(
      { providerId: providerId ?? '' },
      {
        enabled: providerId !== null,
        staleTime: 0,
        gcTime: 0,
        refetchInterval: ({ state: { data } }) => {
          if (isOutstanding || data?.state === 'running') return whileItRuns;
          return data?.state === 'waiting' ? whileItWaits : false;
        },
      },
    ),
  );
};
