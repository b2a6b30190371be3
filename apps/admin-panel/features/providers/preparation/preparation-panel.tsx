'use client';
import { Box, Button, Group, Paper, Text, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { StepList } from '@secret-store/ui';
import classes from './preparation-panel.module.css';
import { announcementOf, stepWords, type Progress } from './preparation-progress.ts';

interface PreparationPanelProps {
  readonly progress: Progress;
  /** what is being prepared, such as a file's name */
  readonly what: string;
  /** whether something serves while this does not */
  readonly hasActive: boolean;
  readonly isRetrying: boolean;
  readonly onRetry: () => void;
  readonly onChangeConfiguration: () => void;
  /** brought into view when it appears */
  readonly isSummoned?: boolean;
  readonly actions?: ReactNode;
}

const titleOf = ({ state, step }: Progress, what: string) =>
  ({
    running: `Testing ${what}`,
    waiting: `${what} waits to be tested`,
    failed: `Not switched on: “${stepWords[step]}” failed`,
    active: `${what} is active`,
  })[state];

const meaningOf = ({ state }: Progress, hasActive: boolean) => {
  if (state === 'running') return hasActive ? 'What was active serves until this works.' : 'It is switched on once all of this works.';
  if (state === 'active') return 'All of it worked, and it is switched on.';
  if (!hasActive && state === 'failed') return 'The provider is saved, but its module was not accepted. It serves once one works.';
  if (!hasActive) return 'The provider is saved, and serves once this works.';
  return state === 'failed' ? 'The provider is as it was: what was active before still serves.' : 'What was active before serves until then.';
};

/** From the file's arrival to its use, as it happens. */
export const PreparationPanel = ({ progress, what, hasActive, isSummoned = false, ...props }: PreparationPanelProps) => {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isSummoned) panel.current?.scrollIntoView({ block: 'nearest' });
  }, [isSummoned, progress.state]);
  const isStuck = progress.state === 'failed' || progress.state === 'waiting';
  return (
    <Paper ref={panel} component="section" withBorder aria-label="Progress" className={classes.panel ?? ''} data-state={progress.state}>
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
              Try Again
            </Button>
          )}
          {progress.state === 'failed' && (
            <Button variant="default" size="xs" disabled={props.isRetrying} onClick={props.onChangeConfiguration}>
              Change Configuration
            </Button>
          )}
          {props.actions}
        </Group>
      )}
    </Paper>
  );
};
