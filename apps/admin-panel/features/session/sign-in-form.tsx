'use client';
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { flushSync } from 'react-dom';
import { SignInRequest } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormFailure } from '@/forms/form-failure.tsx';
import { validateWith } from '@/forms/validate-with.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

/** Its page moves on once there is a session. */
export const SignInForm = () => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: '', password: '' },
    validate: validateWith(SignInRequest),
  });
  const signIn = useMutation({
    // the password is read here, so that the mutation cache never has it
    mutationFn: () => client.session.signIn.mutate(form.getValues()),
    onSuccess: (actor) => queryClient.setQueryData(trpc.session.current.queryKey(), actor),
    onError: () => {
      // the emptied field is a new element
      flushSync(() => form.setFieldValue('password', ''));
      form.getInputNode('password')?.focus();
    },
  });

  return (
    <form noValidate onSubmit={form.onSubmit(() => signIn.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        <TextInput
          label="Username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          withAsterisk={false}
          key={form.key('username')}
          {...form.getInputProps('username')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <FormFailure failure={signIn.isError ? failureOf(signIn.error) : null} title="Couldn’t sign in" />
        <Button type="submit" fullWidth loading={signIn.isPending || signIn.isSuccess} mt="xs">
          Sign In
        </Button>
      </Stack>
    </form>
  );
};
