import { Group, Text } from '@mantine/core';
import { KeyAsteriskIcon } from '@primer/octicons-react';
import { sharesCredentialWarning } from '@/features/providers/shares-credential-warning.ts';
import classes from './shared-credential-note.module.css';

/** Shown in the provider's row of the list. */
export const SharedCredentialNote = () => (
  <Group gap={6} wrap="nowrap" align="flex-start" mt={4}>
    <span className={classes.sign} aria-hidden="true">
      <KeyAsteriskIcon size={14} />
    </span>
    <Text fz="xs" c="dimmed">
      {sharesCredentialWarning}
    </Text>
  </Group>
);
