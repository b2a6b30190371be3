'use client';
import { Alert, Input, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProviderInfo } from '@secret-store/api/schemas';
import { Choice, MaskedTextarea } from '@secret-store/ui';
import { failureOf } from '@/api/failure.ts';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { fieldErrors, validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { QueryStates } from '@/page/query-states.tsx';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { type OutageLimit, OutageLimitInput, staleSecondsOf } from './outage-limit.tsx';
import { contentOf, fieldsBySource, secretFieldNames, type SecretSource } from './secret-source.ts';

const sources = [
  { key: 'value', label: 'Enter a value' },
  { key: 'reference', label: 'Use an existing secret' },
] as const;

interface SecretCreateFormProps {
  readonly algorithmId: string;
  readonly onDone: () => void;
}

export const SecretCreateForm = (props: SecretCreateFormProps) => {
  const trpc = useTRPC();
  const providers = useQuery(trpc.providers.listEnabled.queryOptions());
  return (
    <QueryStates query={providers} what="the secret providers">
      {(enabled) =>
        enabled.length === 0 ? (
          <Alert color="yellow" title="No secret provider is enabled">
            Ask an administrator to enable one, then try again.
          </Alert>
        ) : (
          <LoadedForm {...props} providers={enabled} />
        )
      }
    </QueryStates>
  );
};

const LoadedForm = ({
  algorithmId,
  onDone,
  providers,
}: SecretCreateFormProps & { readonly providers: ProviderInfo[] }) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const offers = useQuery(trpc.providers.offers.queryOptions());
  const [chosenSource, setSource] = useState<SecretSource>('value');
  const preselected = providers.find((provider) => provider.isDefault) ?? providers[0];
  const form = useForm({
    initialValues: {
      provider_id: preselected?.id ?? '',
      short_name: '',
      description: '',
      secret_key: '',
      secret_value: '',
      secret_reference: '',
      stale_seconds: '' as OutageLimit,
    },
    validate: (values) =>
      validateWith(fieldsBySource[sourceFor(values.provider_id)])({
        ...values,
        stale_seconds: staleSecondsOf(values.stale_seconds),
      }),
  });
  const takesReferences = (providerId: string) =>
    offers.data?.some((offer) => offer.providerId === providerId && offer.references) ?? false;
  const sourceFor = (providerId: string): SecretSource => (takesReferences(providerId) ? chosenSource : 'value');
  const source = sourceFor(form.values.provider_id);
  const create = useMutation({
    // the value is read here, so that the mutation cache never has it
    mutationFn: () => {
      const { secret_value, secret_reference, stale_seconds, ...metadata } = form.getValues();
      const content = contentOf(source, { secret_value, secret_reference });
      return client.secrets.create.mutate({
        algorithmId,
        request: {
          ...{ ...metadata, ...content, owner_type: 'algorithm', owner_id: algorithmId },
          stale_seconds: staleSecondsOf(stale_seconds),
        },
      });
    },
    onSuccess: ({ secret_key }) => {
      form.reset();
      notifySuccess('Secret created', `Available to the algorithm as ${secret_key}.`);
      onDone();
    },
    onError: (error) => form.setErrors(fieldErrors(failureOf(error).fields, secretFieldNames)),
    onSettled: () => queryClient.invalidateQueries(trpc.secrets.pathFilter()),
  });
  const provider = providers.find(({ id }) => id === form.values.provider_id);

  return (
    <form noValidate autoComplete="off" onSubmit={form.onSubmit(() => create.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        <NativeSelect
          label="Secret provider"
          description={provider?.description === '' ? 'Where the value is stored.' : provider?.description}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          data={providers.map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('provider_id')}
        />
        <TextInput label="Display name" required withAsterisk={false} {...form.getInputProps('short_name')} />
        <Textarea
          label="Description"
          placeholder="Optional"
          autosize
          minRows={2}
          {...form.getInputProps('description')}
        />
        <TextInput
          label="Environment variable name"
          description="The name your code reads. It can’t be changed later."
          placeholder="MYSQL_PASSWORD"
          required
          withAsterisk={false}
          autoCapitalize="characters"
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          {...form.getInputProps('secret_key')}
        />
        {takesReferences(form.values.provider_id) && (
          <div>
            <Input.Label component="div" display="block" mb={4}>
              Source
            </Input.Label>
            <Choice label="Source" options={sources} chosen={source} onChoose={setSource} />
          </div>
        )}
        {source === 'value' ? (
          <MaskedTextarea
            label="Value"
            description="Stored exactly as entered. You won’t be able to view it again."
            required
            withAsterisk={false}
            {...form.getInputProps('secret_value')}
          />
        ) : (
          <TextInput
            label="Path or name in the vault"
            description="A secret that already exists in the vault. It’s checked when you save; its owner can change it at any time."
            required
            withAsterisk={false}
            autoCapitalize="none"
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            {...form.getInputProps('secret_reference')}
          />
        )}
        <OutageLimitInput {...form.getInputProps('stale_seconds')} />
        <FormEnd saving={create} submit="Create Secret" failed="Couldn’t create the secret" onCancel={onDone} />
      </Stack>
    </form>
  );
};
