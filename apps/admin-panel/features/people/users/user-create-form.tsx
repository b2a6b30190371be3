'use client';
import { PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Role, UserRequest } from '@secret-store/api/schemas';
import { NameInput } from '@secret-store/ui';
import { RoleField } from '@/features/people/role-field.tsx';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

export const UserCreateForm = ({ onDone }: { readonly onDone: () => void }) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [role, setRole] = useState<Role>('user');
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: '', password: '' },
    validate: validateWith(UserRequest.omit({ role: true })),
  });
  useDraft(() => form.isDirty());
  const create = useMutation({
    // the password is read here, so that the mutation cache never has it
    mutationFn: () => client.users.create.mutate({ ...form.getValues(), role }),
    onSuccess: ({ username }) => {
      void queryClient.invalidateQueries(trpc.users.pathFilter());
      notifySuccess('User created', `${username} can sign in now.`);
      onDone();
    },
    onError: (error) => markRefused(form, error),
  });

  return (
    <form noValidate onSubmit={form.onSubmit(() => create.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        <NameInput
          label="Username"
          description="Lowercase letters, digits, _ and -. Algorithms that already have this owner become theirs."
          data-autofocus
          key={form.key('username')}
          {...form.getInputProps('username')}
        />
        <PasswordInput
          label="Password"
          description="8 characters or more. The person can change it later."
          required
          withAsterisk={false}
          autoComplete="new-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <RoleField roles={['user', 'viewer', 'auditor', 'admin']} chosen={role} onChoose={setRole} />
        <FormEnd form={form} saving={create} submit="Create user" failed="Couldn’t create the user" onCancel={onDone} />
      </Stack>
    </form>
  );
};
