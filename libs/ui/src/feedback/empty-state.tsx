import { Center, Stack, Text, ThemeIcon } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  /** it is all that the page has, so that its title is the page's */
  readonly isPage?: boolean;
}

/** Shown in place of an empty list: what it is for, and how to start. */
export const EmptyState = ({ icon, title, children, action, isPage = false }: EmptyStateProps) => (
  <Center px="lg" py={48}>
    <Stack align="center" gap="xs" maw={420} ta="center">
      <ThemeIcon variant="light" size={48} radius="xl" mb={4} aria-hidden="true">
        {icon}
      </ThemeIcon>
      <Text fw={600} {...(isPage && { component: 'h1' as const })}>
        {title}
      </Text>
      <Text c="dimmed" fz="sm" mb={action === undefined ? 0 : 'sm'}>
        {children}
      </Text>
      {action}
    </Stack>
  </Center>
);
