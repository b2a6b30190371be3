'use client';
import { Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Role, ServiceAccountRequest } from '@secret-store/api/schemas';
import { NameInput } from '@secret-store/ui';
import { KeyCreateForm } from '@/features/people/keys/key-create-form.tsx';
import { RoleField } from '@/features/people/role-field.tsx';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { useTRPC } from '@/trpc.ts';

/** Makes the account, and then its first key: without one it can do nothing. */
export const ServiceAccountCreateForm = ({ onDone }: { readonly onDone: () => void }) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [role, setRole] = useState<Role>('user');
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: '' },
    validate: validateWith(ServiceAccountRequest.omit({ role: true })),
  });
  const create = useMutation(
    trpc.users.createService.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries(trpc.users.pathFilter()),
      onError: (error) => markRefused(form, error),
    }),
  );
  useDraft(() => !create.isSuccess && form.isDirty());
  if (create.isSuccess) {
    const { username } = create.data;
    return (
      <>
        <Text fz="sm" mb="md" role="status">
          The service account {username} is created. Create its first API key: it uses the store with its keys alone.
        </Text>
        <KeyCreateForm username={username} role={create.data.role} onDone={onDone} />
      </>
    );
  }
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(({ username }) => create.mutate({ username, role }), focusFirstError(form))}
    >
      <Stack gap="md">
        <Text fz="sm">
          For a program. It has API keys and can’t sign in: no password, no passkeys, no sessions. Administrators create
          its keys.
        </Text>
        <NameInput
          label="Username"
          description="Lowercase letters, digits, _ and -. Algorithms that already have this owner become its own."
          data-autofocus
          key={form.key('username')}
          {...form.getInputProps('username')}
        />
        <RoleField roles={['user', 'viewer', 'auditor', 'admin']} chosen={role} onChoose={setRole} />
        <FormEnd
          form={form}
          saving={create}
          submit="Create service account"
          failed="Couldn’t create the service account"
          onCancel={onDone}
        />
      </Stack>
    </form>
  );
};
