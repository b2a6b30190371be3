import { Text, UnstyledButton } from '@mantine/core';
import { ChevronRightIcon } from '@primer/octicons-react';
import { useId, type ReactNode } from 'react';
import classes from './disclosure.module.css';

interface DisclosureProps {
  readonly title: string;
  /** shown whether it is open or not */
  readonly description?: ReactNode;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}

/** What most people need not see, behind its title. Closed, it holds nothing that could be searched or stepped into. */
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
