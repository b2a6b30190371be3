'use client';
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormActions } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { FormFailure } from './form-failure.tsx';

interface FormEndProps {
  readonly form: { readonly getValues: () => object };
  /** what the form does */
  readonly saving: { readonly isPending: boolean; readonly error: unknown };
  /** on the button that does it */
  readonly submit: string;
  /** over the reason why it failed */
  readonly failed: string;
  /** left out: there is nowhere to go back to */
  readonly onCancel?: () => void;
  /** more buttons, after the first */
  readonly children?: ReactNode;
}

/** The last lines of a form: why it was rejected, and its buttons. */
export const FormEnd = ({ form, saving, submit, failed, onCancel, children }: FormEndProps) => {
  const failure = saving.error === null ? null : failureOf(saving.error);
  return (
    <>
      <FormFailure
        failure={failure}
        title={failed}
        isAtField={Object.keys(form.getValues()).some((field) => field in (failure?.fields ?? {}))}
      />
      <FormActions>
        <Button type="submit" loading={saving.isPending}>
          {submit}
        </Button>
        {children}
        {onCancel && (
          <Button variant="subtle" color="gray" onClick={onCancel} disabled={saving.isPending}>
            Cancel
          </Button>
        )}
      </FormActions>
    </>
  );
};
