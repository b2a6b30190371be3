'use client';
import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { rolesWithin } from '@secret-store/api/roles';
import { keyAddresses, PersonalKeyRequest, type Role } from '@secret-store/api/schemas';
import { addressEntries, addressRule } from '@/features/people/address-entries.ts';
import { endAfter, keyEnds } from '@/features/people/key-ends.ts';
import { RoleField } from '@/features/people/role-field.tsx';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { ShownOnce } from '@/forms/shown-once.tsx';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

interface KeyCreateFormProps {
  readonly username: string;
  /** what the key may be at most */
  readonly role: Role;
  readonly onDone: () => void;
}

/** Undefined where none is given. */
const listed = (text: string): string[] | undefined => {
  const entries = addressEntries(text);
  return entries.length === 0 ? undefined : entries;
};

/** Makes a key, and then shows it once. */
export const KeyCreateForm = ({ username, role: most, onDone }: KeyCreateFormProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [apiKey, setApiKey] = useState<string | null>(null);
  const roles = rolesWithin(most).toReversed();
  const [role, setRole] = useState<Role>(roles[0] ?? most);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', days: '90', addresses: '' },
    validate: ({ name, addresses }) => ({
      ...validateWith(PersonalKeyRequest.pick({ name: true }))({ name }),
      ...(listed(addresses) !== undefined &&
        !keyAddresses.safeParse(listed(addresses)).success && { addresses: addressRule }),
    }),
  });
  useDraft(() => apiKey === null && form.isDirty());
  const create = useMutation({
    // the answer is taken here, so that the mutation cache never has the key
    mutationFn: async ({ name, days, addresses }: { name: string; days: string; addresses: string }) => {
      const bounds = { expires: endAfter(days), addresses: listed(addresses), role };
      const { key } = await client.account.createKey.mutate({ username, name, ...bounds });
      setApiKey(key);
    },
    onSuccess: () => void queryClient.invalidateQueries(trpc.account.keys.pathFilter()),
    onError: (error) => markRefused(form, error),
  });
  if (apiKey !== null) {
    return (
      <ShownOnce
        title="Copy the key now"
        value={apiKey}
        what="the API key"
        why="It is shown only once. The store keeps a hash of it and can’t show it again."
        onDone={onDone}
      >
        Send it as <code>Authorization: Bearer &lt;key&gt;</code>.
      </ShownOnce>
    );
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values), focusFirstError(form))}>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="What the key is for, such as “deployment”."
          required
          withAsterisk={false}
          autoComplete="off"
          data-autofocus
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <NativeSelect label="Expires" data={keyEnds} key={form.key('days')} {...form.getInputProps('days')} />
        <TextInput
          label="Works from"
          description="Addresses and networks, separated by spaces or commas. Leave it empty for a key that works from everywhere."
          placeholder="e.g. 192.0.2.7, 198.51.100.0/24"
          autoComplete="off"
          spellCheck={false}
          key={form.key('addresses')}
          {...form.getInputProps('addresses')}
        />
        {roles.length > 1 && (
          <RoleField
            description="The most that the key may do. Choose the least that is enough."
            roles={roles}
            chosen={role}
            onChoose={setRole}
          />
        )}
        <FormEnd form={form} saving={create} submit="Create key" failed="Couldn’t create the key" onCancel={onDone} />
      </Stack>
    </form>
  );
};
