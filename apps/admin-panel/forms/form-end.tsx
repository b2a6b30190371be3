'use client';
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormActions } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { FormFailure } from './form-failure.tsx';

interface FormEndProps {
  /** what the form does */
  readonly saving: { readonly isPending: boolean; readonly error: unknown };
  /** on the button that does it */
  readonly submit: string;
  /** over the reason why it failed */
  readonly failed: string;
  readonly onCancel: () => void;
  /** more buttons, after the first */
  readonly children?: ReactNode;
}

/** The last lines of a form: why it was rejected, and its buttons. */
export const FormEnd = ({ saving, submit, failed, onCancel, children }: FormEndProps) => (
  <>
    <FormFailure failure={saving.error === null ? null : failureOf(saving.error)} title={failed} />
    <FormActions>
      <Button type="submit" loading={saving.isPending}>
        {submit}
      </Button>
      {children}
      <Button variant="subtle" color="gray" onClick={onCancel} disabled={saving.isPending}>
        Cancel
      </Button>
    </FormActions>
  </>
);
