'use client';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { AlertIcon } from '@primer/octicons-react';
import { useRef, type ReactNode } from 'react';
import { CopyableCode } from '@secret-store/ui';
import { useDraft } from './drafts.tsx';

interface ShownOnceProps {
  readonly title: string;
  readonly value: string;
  /** as in “Copy …” */
  readonly what: string;
  /** why it can't be shown again */
  readonly why: string;
  /** what to do with it */
  readonly children: ReactNode;
  readonly onDone: () => void;
}

const question = {
  title: 'Close without copying it?',
  text: 'It can’t be shown again.',
  stay: 'Keep it open',
  leave: 'Close',
} as const;

/** The only time that a key is shown. */
export const ShownOnce = ({ title, value, what, why, children, onDone }: ShownOnceProps) => {
  const isCopied = useRef(false);
  useDraft(() => !isCopied.current, question);
  return (
    <Stack gap="md">
      <Alert color="yellow" icon={<AlertIcon size={18} aria-hidden="true" />} title={title}>
        <Text fz="sm">{why}</Text>
      </Alert>
      <CopyableCode
        code={value}
        what={what}
        onCopied={() => {
          isCopied.current = true;
        }}
      />
      <Text fz="sm" c="dimmed">
        {children}
      </Text>
      <Group justify="flex-end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
};
