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
import { paths } from '@/paths.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

const asked = { password: SignInRequest.omit({ code: true }), code: SignInRequest.required({ code: true }) };

/**
 * Asks for the password, and then for a code where the account has a second factor. Its page moves on once there is a session. A name
 * with a domain that is bound to an identity provider leads there.
 * @param next - a path of this site, to come back to
 */
export const SignInForm = ({ next }: { readonly next: string }) => {
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
  const lead = useMutation({
    mutationFn: (username: string) => client.session.connectionFor.query({ username }),
    onSuccess: (connection) => {
      if (connection !== null) window.location.assign(paths.startSignIn(connection, next));
      else submit();
    },
  });
  const submit = form.onSubmit(() => signIn.mutate(), focusFirstError(form));
  const isLeaving = lead.isSuccess && lead.data !== null;
  const isSignedIn = signIn.isSuccess && !('needs' in signIn.data);

  return (
    <form
      noValidate
      onSubmit={(event) => {
        const { username } = form.getValues();
        if (step === 'code' || !username.includes('@')) return submit(event);
        event.preventDefault();
        lead.mutate(username.trim());
      }}
    >
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
        <FormFailure
          failure={lead.isError ? failureOf(lead.error) : signIn.isError ? failureOf(signIn.error) : null}
          title="Couldn’t sign in"
        />
        <Button type="submit" fullWidth loading={signIn.isPending || isSignedIn || lead.isPending || isLeaving} mt="xs">
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
