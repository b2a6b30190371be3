import { Text, VisuallyHidden } from '@mantine/core';
import { CheckCircleFillIcon, CircleIcon } from '@primer/octicons-react';
import type { ReactNode } from 'react';
import classes from './first-steps.module.css';

interface FirstStepRowProps {
  readonly title: string;
  readonly isDone: boolean;
  readonly isOptional?: boolean;
  /** how it is done, and why; not shown once it is done */
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

export const FirstStepRow = ({ title, isDone, isOptional = false, children, action }: FirstStepRowProps) => (
  <li className={classes.step} data-done={isDone || undefined}>
    <span className={classes.sign} aria-hidden="true">
      {isDone ? <CheckCircleFillIcon size={16} /> : <CircleIcon size={16} />}
    </span>
    <div className={classes.text}>
      <Text fz="sm" fw={isDone ? 400 : 600} lh="20px" {...(isDone && { c: 'dimmed' })}>
        {title}
        <VisuallyHidden>{isDone ? ': done' : ': to do'}</VisuallyHidden>
        {isOptional && !isDone && (
          <Text span fz="xs" c="dimmed" fw={400} ml={8}>
            Optional
          </Text>
        )}
      </Text>
      {!isDone && (
        <Text component="div" fz="sm" c="dimmed" maw={640}>
          {children}
        </Text>
      )}
    </div>
    {!isDone && action !== undefined && <div className={classes.action}>{action}</div>}
  </li>
);
