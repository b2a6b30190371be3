import { Skeleton, Text } from '@mantine/core';
import type { ProviderStatus } from '@secret-store/api/schemas';
import { DateTime, StateLabel, type StateTone } from '@secret-store/ui';

const labels: Readonly<Record<ProviderStatus['health'], string>> = {
  ready: 'Ready',
  'no-module': 'No module',
  failed: 'Failing',
  disabled: 'Disabled',
};

const tones: Readonly<Record<ProviderStatus['health'], StateTone>> = {
  ready: 'good',
  'no-module': 'attention',
  failed: 'bad',
  disabled: 'none',
};

interface ProviderHealthProps {
  readonly status: ProviderStatus | undefined;
  readonly hasFailed: boolean;
  /** whether the person can set providers up */
  readonly manages: boolean;
}

export const ProviderHealth = ({ status, hasFailed, manages }: ProviderHealthProps) => {
  if (!status) return hasFailed ? <Text fz="sm">Unknown</Text> : <Skeleton height={12} width={64} mt={5} />;
  return (
    <StateLabel tone={tones[status.health]} label={labels[status.health]}>
      {status.failing !== null && (
        <>
          Since <DateTime value={status.failing.since} />, as seen by{' '}
          {status.failing.isThis ? 'this backend' : status.failing.backend}.{' '}
        </>
      )}
      {manages && status.health === 'no-module' ? 'Upload its module file to set it up.' : status.message}
    </StateLabel>
  );
};
