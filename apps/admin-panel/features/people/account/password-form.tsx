'use client';
import { PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PasswordChange } from '@secret-store/api/schemas';
import { Section } from '@secret-store/ui';
import { OwnPasswordField } from '@/features/people/own-password-field.tsx';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

export const PasswordForm = ({ username }: { readonly username: string }) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { current: '', password: '' },
    validate: validateWith(PasswordChange),
  });
  useDraft(() => form.isDirty());
  const change = useMutation({
    // the passwords are read here, so that the mutation cache never has them
    mutationFn: () => client.account.changePassword.mutate(form.getValues()),
    onSuccess: () => {
      form.reset();
      notifySuccess('Password changed', 'All your other sessions have ended.');
      void queryClient.invalidateQueries(trpc.account.sessions.pathFilter());
    },
    onError: (error) => markRefused(form, error),
  });

  return (
    <Section title="Password" description="Your other sessions end when you change it. API keys keep working.">
      <form noValidate onSubmit={form.onSubmit(() => change.mutate(), focusFirstError(form))}>
        <Stack gap="md" maw={480}>
          <OwnPasswordField
            username={username}
            label="Current password"
            key={form.key('current')}
            {...form.getInputProps('current')}
          />
          <PasswordInput
            label="New password"
            description="8 characters or more."
            autoComplete="new-password"
            required
            withAsterisk={false}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <FormEnd form={form} saving={change} submit="Change password" failed="Couldn’t change the password" />
        </Stack>
      </form>
    </Section>
  );
};
