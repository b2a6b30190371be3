'use client';
import { Button, Center, Stack, Text, ThemeIcon } from '@mantine/core';
import { AlertIcon } from '@primer/octicons-react';

interface FailureStateProps {
  readonly title: string;
  readonly message: string;
  /** the request's id, which is in the log too */
  readonly reference?: string | null;
  readonly onRetry?: () => void;
}

/** Shown in place of something that couldn't be loaded. */
export const FailureState = ({ title, message, reference, onRetry }: FailureStateProps) => (
  <Center px="lg" py={48} role="alert">
    <Stack align="center" gap="xs" maw={460} ta="center">
      <ThemeIcon variant="light" color="red" size={48} radius="xl" mb={4} aria-hidden="true">
        <AlertIcon size={24} />
      </ThemeIcon>
      <Text fw={600}>{title}</Text>
      <Text c="dimmed" fz="sm">
        {message}
      </Text>
      {reference && (
        <Text c="dimmed" fz="xs" ff="monospace">
          Request {reference}
        </Text>
      )}
      {onRetry && (
        <Button variant="default" mt="sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Stack>
  </Center>
);
