'use client';
import { Box, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { flushSync } from 'react-dom';
import { type SignInConnectionInfo, SignInConnectionUpdate } from '@secret-store/api/schemas';
import { Section } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { ConnectionFields } from '@/features/sign-in/form/connection-fields.tsx';
import { faultsOf, refusedFields } from '@/features/sign-in/form/connection-faults.ts';
import { type ConnectionValues, updateOf, valuesOf } from '@/features/sign-in/form/connection-values.ts';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';

export const ConnectionSettings = ({ connection }: { readonly connection: SignInConnectionInfo }) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const { kind, isEnabled } = connection;
  // whether it is enabled is changed elsewhere on the page
  const changed = (values: ConnectionValues) => updateOf(connection, { ...values, isEnabled });
  const form = useForm<ConnectionValues>({
    mode: 'uncontrolled',
    initialValues: valuesOf(connection),
    validate: (values) => faultsOf(SignInConnectionUpdate, changed(values), values),
  });
  const save = useMutation({
    // the client secret is read here, so that the mutation cache never has it
    mutationFn: () => client.signInConnections.update.mutate(changed(form.getValues())),
    onSuccess: async (now) => {
      notifySuccess('Connection changed', 'It applies to the next sign-in.');
      form.setInitialValues(valuesOf(now));
      form.reset();
      await queryClient.invalidateQueries(trpc.signInConnections.pathFilter());
    },
    onError: (error) => {
      const errors = refusedFields(failureOf(error).fields);
      flushSync(() => form.setErrors(errors));
      focusFirstError(form)(errors);
    },
  });
  useDraft(() => form.isDirty());
  return (
    <Section title="Settings">
      <Box maw={640}>
        <form noValidate onSubmit={form.onSubmit(() => save.mutate(), focusFirstError(form))}>
          <Stack gap="md">
            <ConnectionFields
              form={form}
              kind={kind}
              isNew={false}
              hasClientSecret={connection.kind === 'oidc' && connection.hasClientSecret}
            />
            <FormEnd form={form} saving={save} submit="Save settings" failed="Couldn’t change the connection" />
          </Stack>
        </form>
      </Box>
    </Section>
  );
};
