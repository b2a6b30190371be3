'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { oldAfterDays } from '@secret-store/api/value-time';
import { useTRPC } from '@/trpc.ts';
import type { SecretView } from './use-secret-view.ts';

const dayMilliseconds = 86_400_000;

/** One page of an algorithm's secrets. */
export const useSecretsPage = (algorithmId: string, { search, providerId, isOldOnly, order, page }: SecretView) => {
  // by the clock that the ages of the values are told by
  const [unchangedSince] = useState(() => new Date(Date.now() - oldAfterDays * dayMilliseconds).toISOString());
  const trpc = useTRPC();
  return useQuery(
    trpc.secrets.list.queryOptions(
      {
        algorithmId,
        order,
        page,
        ...(isOldOnly && { unchangedSince }),
        ...(search !== '' && { search }),
        ...(providerId !== '' && { providerId }),
      },
      { placeholderData: keepPreviousData },
    ),
  );
};
