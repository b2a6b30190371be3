import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { DeliveryState as State } from '@secret-store/api/schemas';
import classes from './delivery-state.module.css';

const labels: Readonly<Record<State, string>> = {
  ready: 'Ready',
  behind: 'Behind',
  failed: 'Failed',
  offline: 'Offline',
};

interface DeliveryStateProps {
  readonly state: State;
  /** in place of the state's own word */
  readonly label?: string;
  /** below it */
  readonly children?: ReactNode;
}

/** A word beside the dot, because not everyone can tell the colors apart. */
export const DeliveryState = ({ state, label = labels[state], children }: DeliveryStateProps) => (
  <div>
    <Group gap={8} wrap="nowrap">
      <span className={classes.dot} data-state={state} aria-hidden="true" />
      <Text fz="sm" style={{ whiteSpace: 'nowrap' }}>
        {label}
      </Text>
    </Group>
    {children !== undefined && (
      <Text component="div" fz="xs" c="dimmed" mt={2} maw={320}>
        {children}
      </Text>
    )}
  </div>
);
