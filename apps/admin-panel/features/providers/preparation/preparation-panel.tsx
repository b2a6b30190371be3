'use client';
import { Box, Button, Group, Paper, Text, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { StepList } from '@secret-store/ui';
import classes from './preparation-panel.module.css';
import { announcementOf, failureWords, type Progress } from './preparation-progress.ts';

interface PreparationPanelProps {
  readonly progress: Progress;
  /** what is being prepared, such as a file's name */
  readonly what: string;
  /** whether another version is in use meanwhile */
  readonly hasActive: boolean;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
  readonly onChangeConfiguration: () => void;
  /** scrolled into view when it appears */
  readonly isSummoned?: boolean;
  readonly actions?: ReactNode;
}

const titleOf = ({ state, step }: Progress, what: string) =>
  ({
    running: `Testing ${what}`,
    waiting: `${what} is waiting to be tested`,
    failed: `Not activated: ${failureWords[step]}`,
    active: `${what} is active`,
  })[state];

const meaningOf = ({ state }: Progress, hasActive: boolean) => {
  if (state === 'active') return 'All checks passed.';
  if (hasActive)
    return state === 'failed'
      ? 'The current version stays in use.'
      : 'The current version stays in use until all checks pass.';
  return state === 'running'
    ? 'It’s activated once all checks pass.'
    : 'The provider is saved. You can use it once all checks pass.';
};

/** The steps from the file's arrival to its activation, as they happen. */
export const PreparationPanel = ({
  progress,
  what,
  hasActive,
  isSummoned = false,
  ...props
}: PreparationPanelProps) => {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isSummoned) panel.current?.scrollIntoView({ block: 'nearest' });
  }, [isSummoned, progress.state]);
  const isStuck = progress.state === 'failed' || progress.state === 'waiting';
  return (
    <Paper
      ref={panel}
      component="section"
      withBorder
      aria-label="Progress"
      className={classes.panel ?? ''}
      data-state={progress.state}
    >
      <VisuallyHidden aria-live="polite" role="status">
        {announcementOf(progress)}
      </VisuallyHidden>
      <Box px="md" pt="md" pb="sm">
        <Text fw={600} className={classes.title ?? ''}>
          {titleOf(progress, what)}
        </Text>
        <Text fz="sm" c="dimmed" mt={2}>
          {meaningOf(progress, hasActive)}
        </Text>
      </Box>
      <Box px="md" pb="md">
        <StepList label="Steps" steps={progress.steps} />
      </Box>
      {(isStuck || props.actions !== undefined) && (
        <Group gap="sm" className={classes.actions ?? ''}>
          {isStuck && (
            <Button variant="default" size="xs" loading={props.isRetrying} onClick={props.onRetry}>
              Try again
            </Button>
          )}
          {progress.state === 'failed' && (
            <Button variant="default" size="xs" disabled={props.isRetrying} onClick={props.onChangeConfiguration}>
              Change configuration
            </Button>
          )}
          {props.actions}
        </Group>
      )}
    </Paper>
  );
};
