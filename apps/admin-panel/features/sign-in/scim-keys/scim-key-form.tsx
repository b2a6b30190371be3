'use client';
import { NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ScimKeyRequest } from '@secret-store/api/schemas';
import { CopyableCode } from '@secret-store/ui';
import { endAfter, keyEnds } from '@/features/people/key-ends.ts';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { ShownOnce } from '@/forms/shown-once.tsx';
import { validateWith } from '@/forms/validate-with.ts';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

/** Makes a key, and then shows it once, with the address that it belongs to. */
export const ScimKeyForm = ({ onDone }: { readonly onDone: () => void }) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const connections = useQuery(trpc.signInConnections.list.queryOptions());
  const [scimKey, setScimKey] = useState<string | null>(null);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', connectionId: '', days: '365' },
    validate: ({ name }) => validateWith(ScimKeyRequest.pick({ name: true }))({ name }),
  });
  useDraft(() => scimKey === null && form.isDirty());
  const create = useMutation({
    // the answer is taken here, so that the mutation cache never has the key
    mutationFn: async ({ name, connectionId, days }: { name: string; connectionId: string; days: string }) => {
      const source = connectionId === '' ? null : connectionId;
      const { key } = await client.scimKeys.create.mutate({ name, connectionId: source, expires: endAfter(days) });
      setScimKey(key);
    },
    onSuccess: () => void queryClient.invalidateQueries(trpc.scimKeys.pathFilter()),
    onError: (error) => markRefused(form, error),
  });
  if (scimKey !== null) {
    return (
      <>
        <Text fz="sm" fw={500} mb={4}>
          Address
        </Text>
        <CopyableCode code={`${window.location.origin}/scim/v2`} what="the address" />
        <Text fz="sm" mt="md" mb="md">
          Enter both at the identity provider, as its base address and its bearer token.
        </Text>
        <ShownOnce
          title="Copy the key now"
          value={scimKey}
          what="the SCIM key"
          why="It is shown only once. The store keeps a hash of it and can’t show it again."
          onDone={onDone}
        >
          The key may create, change and disable accounts, and nothing else.
        </ShownOnce>
      </>
    );
  }
  return (
    <QueryStates query={connections} what="the connections">
      {(all) => (
        <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values), focusFirstError(form))}>
          <Stack gap="md">
            <TextInput
              label="Name"
              description="Which program uses the key, such as “Entra ID”."
              required
              withAsterisk={false}
              autoComplete="off"
              data-autofocus
              key={form.key('name')}
              {...form.getInputProps('name')}
            />
            <NativeSelect
              label="People of"
              description="Whose people the key writes: they then sign in with that identity provider."
              data={[
                { value: '', label: 'No identity provider' },
                ...all.map(({ id, displayName }) => ({ value: id, label: displayName })),
              ]}
              key={form.key('connectionId')}
              {...form.getInputProps('connectionId')}
            />
            <NativeSelect label="Expires" data={keyEnds} key={form.key('days')} {...form.getInputProps('days')} />
            <FormEnd
              form={form}
              saving={create}
              submit="Create key"
              failed="Couldn’t create the key"
              onCancel={onDone}
            />
          </Stack>
        </form>
      )}
    </QueryStates>
  );
};
