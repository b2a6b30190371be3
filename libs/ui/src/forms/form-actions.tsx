import { Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** The buttons that end a form: the main one first, where the eye and the keyboard come to it next. */
export const FormActions = ({ children }: { readonly children: ReactNode }) => (
  <Group gap="sm" pt="xs">
    {children}
  </Group>
);
