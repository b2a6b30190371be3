'use client';
import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { PasswordConfirmation, PersonConfirmation } from '@secret-store/api/schemas';
import { OwnPasswordField } from '@/features/people/own-password-field.tsx';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';

interface ConfirmedFormProps {
  readonly username: string;
  /** beside the password */
  readonly asksForCode?: boolean;
  readonly submit: string;
  readonly failed: string;
  /** before the fields: what it does */
  readonly children: ReactNode;
  /** The password and code are handed over here, so that the mutation cache never has them. */
  readonly onSubmit: (typed: PersonConfirmation) => Promise<void>;
  readonly onCancel: () => void;
}

/** What needs the password once more. */
export const ConfirmedForm = ({
  username,
  asksForCode = false,
  submit,
  failed,
  children,
  onSubmit,
  onCancel,
}: ConfirmedFormProps) => {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { current: '', code: '' },
    validate: ({ current, code }) =>
      asksForCode
        ? validateWith(PersonConfirmation)({ current, code })
        : validateWith(PasswordConfirmation)({ current }),
  });
  useDraft(() => form.isDirty());
  const confirm = useMutation({
    mutationFn: () => onSubmit(form.getValues()),
    onError: (error) => markRefused(form, error),
  });
  return (
    <form noValidate onSubmit={form.onSubmit(() => confirm.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        {children}
        <OwnPasswordField
          username={username}
          data-autofocus
          key={form.key('current')}
          {...form.getInputProps('current')}
        />
        {asksForCode && (
          <TextInput
            label="Code"
            description="From your authenticator app, or one of your recovery codes."
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
            key={form.key('code')}
            {...form.getInputProps('code')}
          />
        )}
        <FormEnd form={form} saving={confirm} submit={submit} failed={failed} onCancel={onCancel} />
      </Stack>
    </form>
  );
};
