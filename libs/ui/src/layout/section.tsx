import { Box, Group, Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
  /** no padding around the children, for tables */
  readonly isFlush?: boolean;
}

/** A titled card. */
export const Section = ({ title, description, actions, children, isFlush = false }: SectionProps) => (
  <Paper component="section" withBorder mb="xl">
    <Group justify="space-between" align="flex-start" gap="md" px="lg" pt="lg" pb={isFlush ? 'md' : 0}>
      <Box miw={0} flex="1 1 280px">
        <Title order={2} fz="lg" lh={1.3}>
          {title}
        </Title>
        {description !== undefined && (
          <Text c="dimmed" fz="sm" mt={4} maw={640}>
            {description}
          </Text>
        )}
      </Box>
      {actions}
    </Group>
    <Box px={isFlush ? 0 : 'lg'} pt={isFlush || children === undefined ? 0 : 'lg'} pb={isFlush ? 0 : 'lg'}>
      {children}
    </Box>
  </Paper>
);
