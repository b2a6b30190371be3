'use client';
import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import { flushSync } from 'react-dom';
import { type SignInConnectionKind, SignInConnectionRequest } from '@secret-store/api/schemas';
import { failureOf } from '@/api/failure.ts';
import { kindLabels } from '@/features/sign-in/connection-words.ts';
import { ConnectionFields } from '@/features/sign-in/form/connection-fields.tsx';
import { faultsOf, refusedFields } from '@/features/sign-in/form/connection-faults.ts';
import { type ConnectionValues, newConnection, requestOf } from '@/features/sign-in/form/connection-values.ts';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { notifySuccess } from '@/page/notify.ts';
import { paths } from '@/paths.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

/** Makes a connection, and leads to its page, which has what to register at the identity provider. */
export const ConnectionCreateForm = ({ onDone }: { readonly onDone: () => void }) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const router = useRouter();
  const kindId = useId();
  const [kind, setKind] = useState<SignInConnectionKind>('oidc');
  const form = useForm<ConnectionValues>({
    mode: 'uncontrolled',
    initialValues: newConnection,
    validate: (values) => faultsOf(SignInConnectionRequest, requestOf(kind, values), values),
  });
  const create = useMutation({
    // the client secret is read here, so that the mutation cache never has it
    mutationFn: () => client.signInConnections.create.mutate(requestOf(kind, form.getValues())),
    onSuccess: async ({ name, displayName }) => {
      await queryClient.invalidateQueries(trpc.signInConnections.pathFilter());
      notifySuccess('Connection created', `Register the store at ${displayName} now.`);
      onDone();
      router.push(paths.signInConnection(name));
    },
    onError: (error) => {
      const errors = refusedFields(failureOf(error).fields);
      flushSync(() => form.setErrors(errors));
      focusFirstError(form)(errors);
    },
  });
  useDraft(() => !create.isSuccess && form.isDirty());
  return (
    <form noValidate onSubmit={form.onSubmit(() => create.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        <div>
          <Text id={kindId} fz="sm" fw={500} mb={4}>
            Protocol
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby={kindId}
            data={[
              { value: 'oidc', label: kindLabels.oidc },
              { value: 'saml', label: kindLabels.saml },
            ]}
            value={kind}
            onChange={(value) => {
              setKind(value);
              form.clearErrors();
            }}
          />
        </div>
        <ConnectionFields form={form} kind={kind} isNew />
        <FormEnd
          form={form}
          saving={create}
          submit="Create connection"
          failed="Couldn’t create the connection"
          onCancel={onDone}
        />
      </Stack>
    </form>
  );
};
