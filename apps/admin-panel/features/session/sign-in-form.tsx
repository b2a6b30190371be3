'use client';
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { SignInRequest } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormFailure } from '@/forms/form-failure.tsx';
import { validateWith } from '@/forms/validate-with.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

const asked = { password: SignInRequest.omit({ code: true }), code: SignInRequest.required({ code: true }) };

/** Asks for the password, and then for a code where the account has a second factor. Its page moves on once there is a session. */
export const SignInForm = () => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [step, setStep] = useState<'password' | 'code'>('password');
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: '', password: '', code: '' },
    validate: (values) => validateWith(asked[step])(values),
  });
  const askAgain = (field: 'password' | 'code') => {
    // the emptied field is a new element
    flushSync(() => {
      setStep(field);
      form.setFieldValue(field, '');
    });
    form.getInputNode(field)?.focus();
  };
  const signIn = useMutation({
    // the password is read here, so that the mutation cache never has it
    mutationFn: () => {
      const { code, ...values } = form.getValues();
      return client.session.signIn.mutate(step === 'code' ? { ...values, code } : values);
    },
    onSuccess: (answer) => {
      if ('needs' in answer) askAgain('code');
      else queryClient.setQueryData(trpc.session.current.queryKey(), answer);
    },
    onError: (error) => askAgain(step === 'code' && 'code' in failureOf(error).fields ? 'code' : 'password'),
  });
  const isSignedIn = signIn.isSuccess && !('needs' in signIn.data);

  return (
    <form noValidate onSubmit={form.onSubmit(() => signIn.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        {step === 'password' ? (
          <>
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
          </>
        ) : (
          <>
            <Text fz="sm">Signing in as {form.getValues().username}.</Text>
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
          </>
        )}
        <FormFailure failure={signIn.isError ? failureOf(signIn.error) : null} title="Couldn’t sign in" />
        <Button type="submit" fullWidth loading={signIn.isPending || isSignedIn} mt="xs">
          Sign In
        </Button>
        {step === 'code' && (
          <Button variant="subtle" color="gray" fullWidth onClick={() => askAgain('password')}>
            Back
          </Button>
        )}
      </Stack>
    </form>
  );
};
