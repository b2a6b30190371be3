import { Stack, Text } from '@mantine/core';
import { useId, type ReactNode } from 'react';

interface FieldGroupProps {
  /** null: the fields belong to no group */
  readonly name: string | null;
  readonly children: ReactNode;
}

/** Fields that belong together, such as those of one way to authenticate, under their heading. */
export const FieldGroup = ({ name, children }: FieldGroupProps) => {
  const id = useId();
  if (name === null) return children;
  return (
    <Stack gap="md" role="group" aria-labelledby={id}>
      <Text id={id} fz="sm" fw={600} mt="xs">
        {name}
      </Text>
      {children}
    </Stack>
  );
};
