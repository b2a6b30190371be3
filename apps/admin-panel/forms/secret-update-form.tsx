'use client';
import { Button, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { SecretUpdateRequest, type AlgorithmSecret } from '@secret-store/api/schemas';
import { FormActions, MaskedTextarea } from '@secret-store/ui';
import { notifySuccess } from '../components/notify.ts';
import { failureOf } from '../failure.ts';
import { useTRPC, useTRPCClient } from '../trpc.ts';
import { focusFirstError } from './focus-first-error.ts';
import { FormFailure } from './form-failure.tsx';
import { fieldErrors, validateWith } from './validate-with.ts';

interface SecretUpdateFormProps {
  readonly secret: AlgorithmSecret;
  readonly providerName: string;
  readonly onDone: () => void;
}

interface Values {
  readonly short_name: string;
  readonly description: string;
  readonly secret_value: string;
}

/** An empty value field stands for the value that is stored. */
const requestOf = ({ secret_value, ...metadata }: Values) =>
  secret_value === '' ? metadata : { ...metadata, secret_value };

const validate = validateWith(SecretUpdateRequest);

export const SecretUpdateForm = ({ secret, providerName, onDone }: SecretUpdateFormProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const form = useForm<Values>({
    initialValues: { short_name: secret.short_name, description: secret.description, secret_value: '' },
    validate: (values) => validate(requestOf(values)),
  });
  const hasNewValue = form.values.secret_value !== '';
  const update = useMutation({
    // the value is read here, so that the mutation cache never has it
    mutationFn: () =>
      client.secrets.update.mutate({
        algorithmId: secret.owner_id,
        secretId: secret.id,
        request: requestOf(form.getValues()),
      }),
    onSuccess: ({ secret_key }) => {
      form.reset();
      notifySuccess(
        'Secret updated',
        hasNewValue ? `From its next start the algorithm finds the new value in ${secret_key}.` : 'Its value stays as it was.',
      );
      onDone();
    },
    onError: (error) => form.setErrors(fieldErrors(failureOf(error).fields, ['short_name', 'description', 'secret_value'])),
    onSettled: () => queryClient.invalidateQueries(trpc.secrets.list.queryFilter({ algorithmId: secret.owner_id })),
  });

  return (
    <form noValidate autoComplete="off" onSubmit={form.onSubmit(() => update.mutate(), focusFirstError(form))}>
      <Stack gap="md">
        <Text fz="sm" c="dimmed">
          Kept by {providerName}. Variable and provider stay: to change them, remove the secret and make a new one.
        </Text>
        <TextInput label="Display name" required withAsterisk={false} {...form.getInputProps('short_name')} />
        <Textarea label="Description" placeholder="Optional" autosize minRows={2} {...form.getInputProps('description')} />
        <MaskedTextarea
          label="Value"
          description="Leave empty to keep the stored value. Line ends and spaces count."
          {...form.getInputProps('secret_value')}
        />
        <FormFailure failure={update.isError ? failureOf(update.error) : null} title="The secret was not updated" />
        <FormActions>
          <Button type="submit" loading={update.isPending}>
            Update Secret
          </Button>
          <Button variant="subtle" color="gray" onClick={onDone} disabled={update.isPending}>
            Cancel
          </Button>
        </FormActions>
      </Stack>
    </form>
  );
};
