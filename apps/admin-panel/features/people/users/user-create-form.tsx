'use client';
import { Box, Button, Input, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Role, UserRequest } from '@secret-store/api/schemas';
import { Choice, FormActions } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { roleWords } from '@/features/people/role-words.ts';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormFailure } from '@/forms/form-failure.tsx';
import { fieldErrors, validateWith } from '@/forms/validate-with.ts';
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
  const create = useMutation({
    // the password is read here, so that the mutation cache never has it
    mutationFn: () => client.users.create.mutate({ ...form.getValues(), role }),
    onSuccess: ({ username }) => {
      void queryClient.invalidateQueries(trpc.users.pathFilter());
      notifySuccess('User created', `${username} can sign in now.`);
      onDone();
    },
    onError: (error) => form.setErrors(fieldErrors(failureOf(error).fields, ['username', 'password'])),
  });

  return (
    <form noValidate onSubmit={form.onSubmit(() => create.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        <TextInput
          label="Username"
          description="Lowercase letters, digits, _ and -. Algorithms that already have this owner become theirs."
          required
          withAsterisk={false}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
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
        <Input.Wrapper component="div" label="Role" labelElement="div">
          <Box mt={6}>
            <Choice
              label="Role"
              options={[
                { key: 'user', label: roleWords.user },
                { key: 'admin', label: roleWords.admin },
              ]}
              chosen={role}
              onChoose={setRole}
            />
          </Box>
        </Input.Wrapper>
        <FormFailure failure={create.isError ? failureOf(create.error) : null} title="Couldn’t create the user" />
        <FormActions>
          <Button type="submit" loading={create.isPending}>
            Create user
          </Button>
          <Button variant="subtle" color="gray" onClick={onDone}>
            Cancel
          </Button>
        </FormActions>
      </Stack>
    </form>
  );
};
