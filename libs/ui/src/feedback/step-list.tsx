import { Box, Group, Loader, Progress, Text } from '@mantine/core';
import { CheckCircleFillIcon, CircleIcon, ClockIcon, SkipIcon, XCircleFillIcon } from '@primer/octicons-react';
import type { ReactNode } from 'react';
import classes from './step-list.module.css';

export type StepState = 'done' | 'running' | 'waiting' | 'skipped' | 'failed' | 'pending';

export interface Step {
  readonly key: string;
  readonly label: string;
  readonly state: StepState;
  readonly message?: ReactNode;
  /** 0 to 100 where the progress of a running step is known */
  readonly percent?: number | null;
}

/** A word beside the sign, because not everyone can tell the colors apart. */
const stepStateWords: Readonly<Record<StepState, string>> = {
  done: 'Done',
  running: 'Running',
  waiting: 'Waiting',
  skipped: 'Skipped',
  failed: 'Failed',
  pending: 'Pending',
};

const signs: Readonly<Record<StepState, ReactNode>> = {
  done: <CheckCircleFillIcon size={16} />,
  running: <Loader size={16} />,
  waiting: <ClockIcon size={16} />,
  skipped: <SkipIcon size={16} />,
  failed: <XCircleFillIcon size={16} />,
  pending: <CircleIcon size={16} />,
};

interface StepListProps {
  readonly label: string;
  readonly steps: readonly Step[];
}

/** The steps of a process, each with its state and message. */
export const StepList = ({ label, steps }: StepListProps) => (
  <ol aria-label={label} className={classes.list}>
    {steps.map(({ key, label: name, state, message, percent }) => (
      <li key={key} className={classes.step} data-state={state} aria-current={state === 'running' ? 'step' : undefined}>
        <span className={classes.sign} aria-hidden="true">
          {signs[state]}
        </span>
        <Box className={classes.text ?? ''}>
          <Group justify="space-between" gap="sm" wrap="nowrap" align="baseline">
            <Text fz="sm" className={classes.name ?? ''}>
              {name}
            </Text>
            <Text fz="xs" className={classes.word ?? ''}>
              {stepStateWords[state]}
              {typeof percent === 'number' && ` ${Math.round(percent)}%`}
            </Text>
          </Group>
          {typeof percent === 'number' && (
            <Progress value={percent} size="sm" mt={6} aria-label={`${name}: progress`} />
          )}
          {message !== undefined && message !== '' && (
            <Text fz="xs" className={classes.message ?? ''}>
              {message}
            </Text>
          )}
        </Box>
      </li>
    ))}
  </ol>
);
