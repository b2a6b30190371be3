import { Skeleton, Stack, Text } from '@mantine/core';
import type { AlgorithmDelivery } from '@secret-store/api/schemas';
import { DeliveryState } from './delivery-state.tsx';
import { deliveryLines } from './delivery-words.ts';

interface DeliverySummaryProps {
  /** undefined while it is not known */
  readonly counts: AlgorithmDelivery['secrets'][string] | undefined;
  readonly hasFailed: boolean;
}

/** On how many workers the current value of a secret is ready. */
export const DeliverySummary = ({ counts, hasFailed }: DeliverySummaryProps) => {
  if (!counts) return hasFailed ? <Text fz="sm">Unknown</Text> : <Skeleton height={12} width={134} my={5} />;
  const lines = deliveryLines(counts);
  return (
    <Stack gap={4}>
      {lines.length === 0 && (
        <Text fz="sm" c="dimmed">
          No worker has joined
        </Text>
      )}
      {lines.map(([state, words]) => (
        <DeliveryState key={state} state={state} label={words} />
      ))}
    </Stack>
  );
};
