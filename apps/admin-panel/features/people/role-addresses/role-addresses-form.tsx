'use client';
import { Stack, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type Role, RoleAddressesRequest } from '@secret-store/api/schemas';
import { addressEntries, addressRule } from '@/features/people/address-entries.ts';
import { roleWords } from '@/features/people/role-words.ts';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC } from '@/trpc.ts';

interface RoleAddressesFormProps {
  readonly role: Role;
  readonly addresses: readonly string[];
  readonly onDone: () => void;
}

export const RoleAddressesForm = ({ role, addresses, onDone }: RoleAddressesFormProps) => {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { addresses: addresses.join('\n') },
    validate: (values) =>
      RoleAddressesRequest.safeParse({ role, addresses: addressEntries(values.addresses) }).success
        ? {}
        : { addresses: addressRule },
  });
  useDraft(() => form.isDirty());
  const set = useMutation(
    trpc.users.setRoleAddresses.mutationOptions({
      onSuccess: (_done, { addresses: set }) => {
        void queryClient.invalidateQueries(trpc.users.pathFilter());
        notifySuccess(
          'Addresses changed',
          `The role ${roleWords[role]} works from ${set.length === 0 ? 'everywhere' : set.join(', ')}.`,
        );
        onDone();
      },
      onError: (error) => markRefused(form, error),
    }),
  );
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        (values) => set.mutate({ role, addresses: addressEntries(values.addresses) }),
        focusFirstError(form),
      )}
    >
      <Stack gap="md">
        <Textarea
          label="Allowed addresses"
          description="Addresses and networks, one a line. Leave it empty to allow all. It applies to the next request of each session and key."
          placeholder={'e.g. 192.0.2.7\n198.51.100.0/24'}
          autosize
          minRows={3}
          maxRows={10}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          key={form.key('addresses')}
          {...form.getInputProps('addresses')}
        />
        <FormEnd
          form={form}
          saving={set}
          submit="Save addresses"
          failed="Couldn’t change the addresses"
          onCancel={onDone}
        />
      </Stack>
    </form>
  );
};
