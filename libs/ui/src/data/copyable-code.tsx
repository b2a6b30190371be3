'use client';
import { ActionIcon, Box, Code, CopyButton } from '@mantine/core';
import { CheckIcon, CopyIcon } from '@primer/octicons-react';
import classes from './copyable-code.module.css';

interface CopyableCodeProps {
  readonly code: string;
  /** what the button copies, such as "the command" */
  readonly what: string;
  readonly onCopied?: () => void;
}

export const CopyableCode = ({ code, what, onCopied }: CopyableCodeProps) => (
  <Box className={classes.frame} onCopy={onCopied}>
    <Code block className={classes.code} tabIndex={0} role="group" aria-label={what}>
      {code}
    </Code>
    <CopyButton value={code}>
      {({ copied, copy }) => (
        <ActionIcon
          title={copied ? 'Copied' : 'Copy'}
          className={classes.button}
          variant="default"
          onClick={() => {
            copy();
            onCopied?.();
          }}
          aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
        >
          {copied ? <CheckIcon size={16} aria-hidden="true" /> : <CopyIcon size={16} aria-hidden="true" />}
        </ActionIcon>
      )}
    </CopyButton>
  </Box>
);
