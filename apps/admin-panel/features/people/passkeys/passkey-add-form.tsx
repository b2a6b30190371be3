'use client';
import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { startRegistration } from '@simplewebauthn/browser';
import { NewPasskey, PasswordConfirmation } from '@secret-store/api/schemas';
import { withBrowser } from '@/api/passkey-failure.ts';
import { OwnPasswordField } from '@/features/people/own-password-field.tsx';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

interface PasskeyAddFormProps {
  readonly username: string;
  readonly onDone: () => void;
}

export const PasskeyAddForm = ({ username, onDone }: PasskeyAddFormProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', current: '' },
    validate: validateWith(PasswordConfirmation.extend({ name: NewPasskey.shape.name })),
  });
  useDraft(() => form.isDirty());
  const add = useMutation({
    // the password is read here, so that the mutation cache never has it
    mutationFn: async () => {
      const { name, current } = form.getValues();
      const optionsJSON = await client.passkeys.start.mutate({ current });
      const response = await withBrowser(() => startRegistration({ optionsJSON }));
      await client.passkeys.add.mutate({ name, response });
      return name;
    },
    onSuccess: (name) => {
      notifySuccess('Passkey added', `“${name}” signs you in from now on.`);
      onDone();
      void queryClient.invalidateQueries(trpc.passkeys.pathFilter());
    },
    onError: (error) => markRefused(form, error),
  });
  return (
    <form noValidate onSubmit={form.onSubmit(() => add.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Where the passkey is, such as “work laptop”."
          autoComplete="off"
          required
          withAsterisk={false}
          data-autofocus
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <OwnPasswordField
          username={username}
          description="Then your browser asks where to keep the passkey."
          key={form.key('current')}
          {...form.getInputProps('current')}
        />
        <FormEnd form={form} saving={add} submit="Add" failed="Couldn’t add the passkey" onCancel={onDone} />
      </Stack>
    </form>
  );
};
