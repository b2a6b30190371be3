'use client';
import { NativeSelect, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { type OfferedConnection, PasswordConfirmation } from '@secret-store/api/schemas';
import { OwnPasswordField } from '@/features/people/own-password-field.tsx';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { useTRPCClient } from '@/trpc.ts';

interface IdentityLinkFormProps {
  readonly username: string;
  readonly connections: readonly OfferedConnection[];
  readonly onDone: () => void;
}

/** Leads to the identity provider, which leads back. */
export const IdentityLinkForm = ({ username, connections, onDone }: IdentityLinkFormProps) => {
  const client = useTRPCClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { connection: connections[0]?.name ?? '', current: '' },
    validate: ({ current }) => validateWith(PasswordConfirmation)({ current }),
  });
  const link = useMutation({
    // the password is read here, so that the mutation cache never has it
    mutationFn: () => client.identities.start.mutate(form.getValues()),
    onSuccess: ({ url }) => window.location.assign(url),
    onError: (error) => markRefused(form, error),
  });
  useDraft(() => !link.isSuccess && form.isDirty());
  return (
    <form noValidate onSubmit={form.onSubmit(() => link.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        <NativeSelect
          label="Identity provider"
          description="You sign in there, and come back with both accounts linked."
          data={connections.map(({ name, displayName }) => ({ value: name, label: displayName }))}
          key={form.key('connection')}
          {...form.getInputProps('connection')}
        />
        <OwnPasswordField
          username={username}
          description="Of this store."
          data-autofocus
          key={form.key('current')}
          {...form.getInputProps('current')}
        />
        <FormEnd
          form={form}
          saving={{ isPending: link.isPending || link.isSuccess, error: link.error }}
          submit="Continue"
          failed="Couldn’t link the account"
          onCancel={onDone}
        />
      </Stack>
    </form>
  );
};
