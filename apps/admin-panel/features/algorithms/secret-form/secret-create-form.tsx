'use client';
import { Button, Input, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ClipboardEvent, type FormEvent } from 'react';
import { displayNameOf } from '@secret-store/api/display-name';
import { environmentVariable, type ProviderInfo, type ProviderOffer } from '@secret-store/api/schemas';
import { Choice, MaskedTextarea } from '@secret-store/ui';
import { generatedLength } from '@/features/algorithms/generated-length.ts';
import { chosenProviderProblem, providerOptions } from '@/features/algorithms/provider-options.ts';
import { preselectedProvider, useLastProvider } from '@/features/algorithms/use-last-provider.ts';
import { WithProviders } from '@/features/algorithms/with-providers.tsx';
import { useDraft, useGuardedLeave } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { GeneratedValueField } from './generated-value.tsx';
import { type OutageLimit, OutageLimitInput, staleSecondsOf } from './outage-limit.tsx';
import { contentOf, fieldsBySource, type SecretSource } from './secret-source.ts';

const sources = [
  { key: 'value', label: 'Enter a value' },
  { key: 'reference', label: 'Use an existing secret' },
] as const;

interface SecretCreateFormProps {
  readonly algorithmId: string;
  readonly onDone: () => void;
  /** several variables were pasted into the field for one */
  readonly onSeveral: (text: string) => void;
}

export const SecretCreateForm = (props: SecretCreateFormProps) => (
  <WithProviders>
    {(providers, offers) => <LoadedForm {...props} providers={providers} offers={offers} />}
  </WithProviders>
);

interface LoadedFormProps extends SecretCreateFormProps {
  readonly providers: readonly ProviderInfo[];
  /** undefined: they cannot be loaded */
  readonly offers: readonly ProviderOffer[] | undefined;
}

/** What to call a secret that is not named yet; nothing where the variable is none. */
const nameOf = (variable: string): string =>
  environmentVariable.safeParse(variable).success ? displayNameOf(variable) : '';

/** Whether the form was sent by the button that keeps it open. */
const isAnother = (event: FormEvent | undefined): boolean =>
  event?.nativeEvent instanceof SubmitEvent && event.nativeEvent.submitter?.getAttribute('name') === 'another';

const LoadedForm = ({ algorithmId, onDone, onSeveral, providers, offers }: LoadedFormProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [last, remember] = useLastProvider();
  const [chosenSource, setSource] = useState<'value' | 'reference'>('value');
  const [isGenerated, setGenerated] = useState(false);
  const form = useForm({
    initialValues: {
      provider_id: preselectedProvider(providers, offers ?? [], last),
      short_name: '',
      description: '',
      secret_key: '',
      secret_value: '',
      secret_reference: '',
      length: generatedLength as number | string,
      stale_seconds: '' as OutageLimit,
    },
    validate: (values) =>
      validateWith(fieldsBySource[sourceFor(values.provider_id)])({
        ...values,
        stale_seconds: staleSecondsOf(values.stale_seconds),
      }),
  });
  useDraft(() => form.isDirty());
  const leave = useGuardedLeave();
  const takesReferences = (providerId: string) =>
    offers?.some((offer) => offer.providerId === providerId && offer.references) ?? false;
  const sourceFor = (providerId: string): SecretSource => {
    if (takesReferences(providerId) && chosenSource === 'reference') return 'reference';
    return isGenerated ? 'generate' : 'value';
  };
  const source = sourceFor(form.values.provider_id);
  const create = useMutation({
    // the value is read here, so that the mutation cache never has it
    mutationFn: (_: { readonly isAnother: boolean }) => {
      const { secret_value, secret_reference, length, stale_seconds, ...metadata } = form.getValues();
      const content = contentOf(source, { secret_value, secret_reference, length });
      return client.secrets.create.mutate({
        algorithmId,
        request: {
          ...{ ...metadata, ...content, owner_type: 'algorithm', owner_id: algorithmId },
          stale_seconds: staleSecondsOf(stale_seconds),
        },
      });
    },
    onSuccess: ({ secret_key }, { isAnother }) => {
      const { provider_id } = form.getValues();
      remember(provider_id);
      form.reset();
      notifySuccess('Secret created', `Available to the algorithm as ${secret_key}.`);
      if (!isAnother) return onDone();
      form.setFieldValue('provider_id', provider_id);
      form.getInputNode('secret_key')?.focus();
    },
    onError: (error) => markRefused(form, error),
    onSettled: () => queryClient.invalidateQueries(trpc.secrets.pathFilter()),
  });
  /** Until the display name is typed, it follows from the variable. */
  const nameAfter = (variable: string) => {
    const { short_name, secret_key } = form.getValues();
    if (short_name === nameOf(secret_key)) form.setFieldValue('short_name', nameOf(variable));
    form.setFieldValue('secret_key', variable);
  };
  const pasteSeveral = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text/plain');
    if (!/^\s*[^#\n]+=/.test(text)) return;
    event.preventDefault();
    leave(() => onSeveral(text));
  };
  const provider = providers.find(({ id }) => id === form.values.provider_id);

  return (
    <form
      noValidate
      autoComplete="off"
      onSubmit={form.onSubmit((_, event) => create.mutate({ isAnother: isAnother(event) }), focusFirstError(form))}
    >
      <Stack gap="md">
        <NativeSelect
          label="Secret provider"
          description={provider?.description === '' ? 'Where the value is stored.' : provider?.description}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          data={providerOptions(providers, offers)}
          {...form.getInputProps('provider_id')}
          error={form.errors.provider_id ?? chosenProviderProblem(providers, offers, form.values.provider_id)}
        />
        <TextInput
          label="Display name"
          required
          withAsterisk={false}
          autoFocus
          data-autofocus
          {...form.getInputProps('short_name')}
        />
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
          onChange={({ currentTarget: { value } }) => nameAfter(value)}
          onPaste={pasteSeveral}
        />
        {takesReferences(form.values.provider_id) && (
          <div>
            <Input.Label component="div" display="block" mb={4}>
              Source
            </Input.Label>
            <Choice label="Source" options={sources} chosen={chosenSource} onChoose={setSource} />
          </div>
        )}
        {source !== 'reference' ? (
          <GeneratedValueField
            isGenerated={isGenerated}
            length={form.values.length}
            error={form.errors.length}
            onToggle={setGenerated}
            onLength={(length) => form.setFieldValue('length', length)}
          >
            <MaskedTextarea
              label="Value"
              description="Stored exactly as entered. You won’t be able to view it again."
              required
              withAsterisk={false}
              {...form.getInputProps('secret_value')}
            />
          </GeneratedValueField>
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
        <FormEnd
          form={form}
          saving={create}
          submit="Create Secret"
          failed="Couldn’t create the secret"
          onCancel={onDone}
        >
          <Button type="submit" name="another" variant="default" disabled={create.isPending}>
            Save and add another
          </Button>
        </FormEnd>
      </Stack>
    </form>
  );
};
