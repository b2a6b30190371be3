import type { ReactNode } from 'react';
import type { DeliveryState as State } from '@secret-store/api/schemas';
import { StateLabel, type StateTone } from '@secret-store/ui';

const labels: Readonly<Record<State, string>> = {
  ready: 'Ready',
  behind: 'Behind',
  failed: 'Failed',
  offline: 'Offline',
};

const tones: Readonly<Record<State, StateTone>> = {
  ready: 'good',
  behind: 'attention',
  failed: 'bad',
  offline: 'none',
};

interface DeliveryStateProps {
  readonly state: State;
  /** in place of the state's own word */
  readonly label?: string;
  /** below it */
  readonly children?: ReactNode;
}

export const DeliveryState = ({ state, label = labels[state], children }: DeliveryStateProps) => (
  <StateLabel tone={tones[state]} label={label}>
    {children}
  </StateLabel>
);
