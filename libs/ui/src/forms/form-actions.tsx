import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './form-actions.module.css';

/** The buttons at the end of a form, the main one first. */
export const FormActions = ({ children }: { readonly children: ReactNode }) => (
  <Group gap="sm" pt="xs" className={classes.actions ?? ''}>
    {children}
  </Group>
);
