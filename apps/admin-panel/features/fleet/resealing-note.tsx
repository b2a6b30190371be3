'use client';
import { Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Section } from '@secret-store/ui';
import { useTRPC } from '@/trpc.ts';

const whilePending = 2_000;
const otherwise = 15_000;

/** Such as 10,000. */
const counted = (count: number): string => count.toLocaleString();

/** How far the workers are with sealing values to new keys; nothing where there is nothing to do. */
export const ResealingNote = () => {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.workers.resealing.queryOptions(undefined, {
      refetchInterval: ({ state }) => ((state.data?.pending ?? 0) > 0 ? whilePending : otherwise),
    }),
  );
  if (data === undefined || data.pending === 0) return null;
  const done = Math.floor((100 * (data.total - data.pending)) / data.total);
  return (
    <Section
      title="Sealing values to new keys"
      description="The keys of a pool have changed, so its workers seal the stored values again. Values can be read and changed meanwhile. It goes on while a worker of the pool is online."
    >
      <Text fz="sm" role="status" mb={8}>
        {`${done}% done: ${counted(data.pending)} of ${counted(data.total)} left`}
      </Text>
      <Progress value={done} aria-label="Values sealed to the current keys" />
    </Section>
  );
};
