import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './state-label.module.css';

export type StateTone = 'good' | 'attention' | 'bad' | 'none';

interface StateLabelProps {
  readonly tone: StateTone;
  readonly label: string;
  /** below it; nothing where it is empty */
  readonly children?: ReactNode;
  /** of what is below it, in pixels */
  readonly maxWidth?: number;
}

const isEmpty = (children: ReactNode): boolean => children === undefined || children === null || children === '';

/** A word beside a colored dot, because not everyone can tell the colors apart. */
export const StateLabel = ({ tone, label, children, maxWidth = 320 }: StateLabelProps) => (
  <div>
    <Group gap={8} wrap="nowrap">
      <span className={classes.dot} data-tone={tone} aria-hidden="true" />
      <Text fz="sm" style={{ whiteSpace: 'nowrap' }}>
        {label}
      </Text>
    </Group>
    {!isEmpty(children) && (
      <Text component="div" fz="xs" c="dimmed" mt={2} maw={maxWidth}>
        {children}
      </Text>
    )}
  </div>
);
