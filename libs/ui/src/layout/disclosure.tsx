'use client';
import { Text, UnstyledButton } from '@mantine/core';
import { ChevronRightIcon } from '@primer/octicons-react';
import { useId, type ReactNode } from 'react';
import classes from './disclosure.module.css';

interface DisclosureProps {
  readonly title: string;
  /** always shown */
  readonly description?: ReactNode;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}

/** Content that most people don't need, behind its title. Closed, it is not in the page at all. */
export const Disclosure = ({ title, description, isOpen, onToggle, children }: DisclosureProps) => {
  const id = useId();
  return (
    <div className={classes.frame}>
      <UnstyledButton
        className={classes.button ?? ''}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={onToggle}
      >
        <span className={classes.sign} data-open={isOpen || undefined} aria-hidden="true">
          <ChevronRightIcon size={16} />
        </span>
        <Text component="span" fz="sm" fw={500}>
          {title}
        </Text>
      </UnstyledButton>
      {description !== undefined && (
        <Text component="div" fz="xs" c="dimmed" className={classes.description ?? ''}>
          {description}
        </Text>
      )}
      {isOpen && (
        <div id={id} className={classes.content}>
          {children}
        </div>
      )}
    </div>
  );
};
