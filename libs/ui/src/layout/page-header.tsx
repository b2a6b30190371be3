import { Box, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface PageHeaderProps {
  readonly title: ReactNode;
  readonly description?: ReactNode;
  /** a link to the parent page */
  readonly above?: ReactNode;
  readonly actions?: ReactNode;
}

export const PageHeader = ({ title, description, above, actions }: PageHeaderProps) => (
  <Box component="header" mb="xl">
    {above !== undefined && <Box mb="xs">{above}</Box>}
    <Group justify="space-between" align="flex-start" gap="md">
      <Box miw={0} flex="1 1 320px">
        <Title order={1} fz={{ base: 24, sm: 28 }} lh={1.2}>
          {title}
        </Title>
        {description !== undefined && (
          <Text c="dimmed" mt={6} maw={640}>
            {description}
          </Text>
        )}
      </Box>
      {actions}
    </Group>
  </Box>
);
