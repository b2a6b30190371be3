'use client';
import { Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { GeneratedValue, SecretUpdateRequest, type ListedSecret } from '@secret-store/api/schemas';
import { MaskedTextarea } from '@secret-store/ui';
import { useState } from 'react';
import { generatedLength } from '@/features/algorithms/generated-length.ts';
import { useDraft } from '@/forms/drafts.tsx';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { FormEnd } from '@/forms/form-end.tsx';
import { markRefused } from '@/forms/mark-refused.ts';
import { validateWith } from '@/forms/validate-with.ts';
import { notifySuccess } from '@/page/notify.ts';
import { useTRPC, useTRPCClient } from '@/trpc.ts';
import { GeneratedValueField } from './generated-value.tsx';
import { type OutageLimit, OutageLimitInput, staleSecondsOf } from './outage-limit.tsx';

interface SecretUpdateFormProps {
  readonly secret: ListedSecret;
  readonly providerName: string;
  readonly onDone: () => void;
}

interface Values {
  readonly short_name: string;
  readonly description: string;
  readonly secret_value: string;
  readonly secret_reference: string;
  readonly stale_seconds: OutageLimit;
}

/** An empty value keeps the stored one; an unchanged path is not sent. */
const requestOf = ({ secret_value, secret_reference, ...fields }: Values, stored: string | null) => {
  const metadata = { ...fields, stale_seconds: staleSecondsOf(fields.stale_seconds) };
  if (stored !== null) return secret_reference === stored ? metadata : { ...metadata, secret_reference };
  return secret_value === '' ? metadata : { ...metadata, secret_value };
};

const validate = validateWith(SecretUpdateRequest);

export const SecretUpdateForm = ({ secret, providerName, onDone }: SecretUpdateFormProps) => {
  const { reference } = secret;
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [isGenerated, setGenerated] = useState(false);
  const [length, setLength] = useState<number | string>(generatedLength);
  const lengthError = GeneratedValue.shape.length.safeParse(length).error?.issues[0]?.message;
  const form = useForm<Values>({
    initialValues: {
      short_name: secret.short_name,
      description: secret.description,
      secret_value: '',
      secret_reference: reference ?? '',
      stale_seconds: secret.stale_seconds ?? '',
    },
    validate: (values) => validate(requestOf(values, reference)),
  });
  useDraft(() => form.isDirty());
  const whatChanged = () => {
    if (reference !== null && form.getValues().secret_reference !== reference) {
      return `At its next start, the algorithm gets the secret at the new path as ${secret.secret_key}.`;
    }
    if (isGenerated || form.getValues().secret_value !== '')
      return 'The algorithm gets the new value at its next start.';
    return 'The value is unchanged.';
  };
  const update = useMutation({
    // the value is read here, so that the mutation cache never has it
    mutationFn: async () => {
      const which = { algorithmId: secret.owner_id, secretId: secret.id };
      const typed = isGenerated ? { ...form.getValues(), secret_value: '' } : form.getValues();
      await client.secrets.update.mutate({ ...which, request: requestOf(typed, reference) });
      if (isGenerated) await client.secrets.generate.mutate({ ...which, request: { length: Number(length) } });
    },
    onSuccess: () => {
      const changed = whatChanged();
      form.reset();
      notifySuccess('Secret updated', changed);
      onDone();
    },
    onError: (error) => markRefused(form, error),
    onSettled: () => queryClient.invalidateQueries(trpc.secrets.pathFilter()),
  });

  return (
    <form
      noValidate
      autoComplete="off"
      onSubmit={form.onSubmit(
        () => (isGenerated && lengthError !== undefined ? undefined : update.mutate()),
        focusFirstError(form),
      )}
    >
      <Stack gap="md">
        <Text fz="sm" c="dimmed">
          {reference === null ? 'Stored in' : 'Read from'} {providerName}. To change the variable or provider, create a
          new secret.
        </Text>
        <TextInput label="Display name" required withAsterisk={false} {...form.getInputProps('short_name')} />
        <Textarea
          label="Description"
          placeholder="Optional"
          autosize
          minRows={2}
          {...form.getInputProps('description')}
        />
        {reference === null ? (
          <GeneratedValueField
            isGenerated={isGenerated}
            length={length}
            error={isGenerated ? lengthError : undefined}
            onToggle={setGenerated}
            onLength={setLength}
          >
            <MaskedTextarea
              label="Value"
              description="Leave empty to keep the current value. A new one is stored exactly as entered."
              {...form.getInputProps('secret_value')}
            />
          </GeneratedValueField>
        ) : (
          <TextInput
            label="Path or name in the vault"
            description="A secret that already exists in the vault. A new path is checked when you save."
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
          saving={update}
          submit="Update secret"
          failed="Couldn’t update the secret"
          onCancel={onDone}
        />
      </Stack>
    </form>
  );
};
