import { Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** The buttons at the end of a form, the main one first. */
export const FormActions = ({ children }: { readonly children: ReactNode }) => (
  <Group gap="sm" pt="xs">
    {children}
  </Group>
);
