'use client';
import { PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { UserRequest } from '@secret-store/api/schemas';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

interface PasswordSetFormProps {
  readonly username: string;
  readonly onDone: () => void;
}

export const PasswordSetForm = ({ username, onDone }: PasswordSetFormProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: validateWith(UserRequest.pick({ password: true })),
  });
  useDraft(() => form.isDirty());
  const set = useMutation({
    // the password is read here, so that the mutation cache never has it
    mutationFn: () => client.users.update.mutate({ username, ...form.getValues() }),
    onSuccess: () => {
      void queryClient.invalidateQueries(trpc.users.pathFilter());
      notifySuccess('Password set', `All sessions of ${username} have ended, and passkeys are removed.`);
      onDone();
    },
    onError: (error) => markRefused(form, error),
  });

  return (
    <form noValidate onSubmit={form.onSubmit(() => set.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        <Text fz="sm">
          All sessions of {username} end, and passkeys are removed. API keys keep working: revoke those that others may
          know.
        </Text>
        <PasswordInput
          label="New password"
          description="8 characters or more."
          required
          withAsterisk={false}
          autoComplete="new-password"
          data-autofocus
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <FormEnd form={form} saving={set} submit="Set password" failed="Couldn’t set the password" onCancel={onDone} />
      </Stack>
    </form>
  );
};
