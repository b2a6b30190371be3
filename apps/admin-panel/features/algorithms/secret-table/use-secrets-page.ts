'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/trpc.ts';
import type { SecretView } from './use-secret-view.ts';

/** One page of an algorithm's secrets. */
export const useSecretsPage = (algorithmId: string, { search, providerId, isOldOnly, order, page }: SecretView) => {
  const trpc = useTRPC();
  return useQuery(
    trpc.secrets.list.queryOptions(
      {
        algorithmId,
        isOldOnly,
        order,
        page,
        ...(search !== '' && { search }),
        ...(providerId !== '' && { providerId }),
      },
      { placeholderData: keepPreviousData },
    ),
  );
};
