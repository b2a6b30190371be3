'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '@/trpc.ts';
import { isUnderWay } from './delivery-words.ts';

export const whileUnderWay = 1_000;
/** A worker counts as online for 15 s after it was seen, and commands start and end. */
export const otherwise = 5_000;

/** Where these secrets of an algorithm have arrived, and what runs with them; asked again and again. */
export const useAlgorithmDelivery = (algorithmId: string, secretIds: readonly string[]) => {
  const trpc = useTRPC();
  return useQuery(
    trpc.secrets.deliveries.queryOptions(
      { algorithmId, secretIds: [...secretIds] },
      {
        placeholderData: keepPreviousData,
        refetchInterval: ({ state: { data } }) =>
          data !== undefined && Object.values(data.secrets).some(isUnderWay) ? whileUnderWay : otherwise,
      },
    ),
  );
};
