import { Group, Skeleton, Text } from '@mantine/core';
import type { ProviderStatus } from '@secret-store/api/schemas';
import classes from './provider-health.module.css';

const labels: Record<ProviderStatus['health'], string> = {
  ready: 'Ready',
  'no-module': 'No module',
  failed: 'Failing',
  disabled: 'Disabled',
};

interface ProviderHealthProps {
  readonly status: ProviderStatus | undefined;
  readonly hasFailed: boolean;
}

/** A word beside the dot, because not everyone can tell the colors apart. */
export const ProviderHealth = ({ status, hasFailed }: ProviderHealthProps) => {
  if (!status) return hasFailed ? <Text fz="sm">Unknown</Text> : <Skeleton height={12} width={64} mt={5} />;
  return (
    <div>
      <Group gap={8} wrap="nowrap">
        <span className={classes.dot} data-health={status.health} aria-hidden="true" />
        <Text fz="sm" style={{ whiteSpace: 'nowrap' }}>
          {labels[status.health]}
        </Text>
      </Group>
      {status.message !== '' && (
        <Text fz="xs" c="dimmed" mt={2}>
          {status.message}
        </Text>
      )}
    </div>
  );
};
