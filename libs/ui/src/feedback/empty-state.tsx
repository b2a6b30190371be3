import { Center, Stack, Text, ThemeIcon } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** Shown in place of an empty list: what it is for, and how to start. */
export const EmptyState = ({ icon, title, children, action }: EmptyStateProps) => (
  <Center px="lg" py={48}>
    <Stack align="center" gap="xs" maw={420} ta="center">
      <ThemeIcon variant="light" size={48} radius="xl" mb={4} aria-hidden="true">
        {icon}
      </ThemeIcon>
      <Text fw={600}>{title}</Text>
      <Text c="dimmed" fz="sm" mb={action === undefined ? 0 : 'sm'}>
        {children}
      </Text>
      {action}
    </Stack>
  </Center>
);
