'use client';
import { Button, Pill, Group, Stack, Switch, Text, Textarea, TextInput, UnstyledButton } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import { SecretProviderRequest, type ModuleSummary, type ProviderInfo } from '@secret-store/api/schemas';
import { FormActions } from '@secret-store/ui';
import { notifyFailure, notifySuccess } from '../components/notify.ts';
import { failureOf } from '../failure.ts';
import { paths } from '../paths.ts';
import { useTRPC, useTRPCClient } from '../trpc.ts';
import { isUnchanged, readPairs, refusedPairs, storedPairs, withRequiredKeys, type PairProblem } from './configuration-pairs.ts';
import { focusFirstError } from './focus-first-error.ts';
import { FormFailure } from './form-failure.tsx';
import { KeyValuePairs } from './key-value-pairs.tsx';
import { ModuleFileField } from './module-file-field.tsx';
import { saveProvider } from './save-provider.ts';
import { useChosenModule } from './use-chosen-module.ts';
import { fieldErrors, validateWith } from './validate-with.ts';

const Fields = SecretProviderRequest.pick({
  name: true,
  description: true,
  interfaceVersion: true,
  factoryClassName: true,
  isEnabled: true,
});

const noProblems: ReadonlyMap<string, PairProblem> = new Map();

interface ProviderFormProps {
  /** left out: a new one */
  readonly provider?: ProviderInfo;
  /** the active module's words on its keys */
  readonly activeModule?: ModuleSummary | null;
}

export const ProviderForm = ({ provider: initial, activeModule = null }: ProviderFormProps) => {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const router = useRouter();
  const queryClient = useQueryClient();
  const suggestionsId = useId();
  // once it is made, a second try must not make another
  const [provider, setProvider] = useState(initial ?? null);
  const [pairs, setPairs] = useState(() => storedPairs(initial?.configurationKeys ?? []));
  const [problems, setProblems] = useState(noProblems);
  const [pairsError, setPairsError] = useState<string | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const form = useForm({
    initialValues: {
      name: initial?.name ?? '',
      description: initial?.description ?? '',
      interfaceVersion: initial?.interfaceVersion ?? '1.0.0',
      factoryClassName: initial?.factoryClassName ?? '',
      isEnabled: initial?.isEnabled ?? true,
    },
    validate: validateWith(Fields),
  });
  const fieldsOf = (module: ModuleSummary | null, className: string) =>
    module?.factories.find((factory) => factory.className === className)?.configuration ?? [];
  const chosen = useChosenModule((summary) => {
    const [only] = summary.factories;
    const typed = form.getValues().factoryClassName;
    const className = typed === '' && summary.factories.length === 1 && only ? only.className : typed;
    form.setFieldValue('factoryClassName', className);
    setPairs((rows) => withRequiredKeys(rows, fieldsOf(summary, className)));
  });
  const module = chosen.summary ?? activeModule;
  const fields = fieldsOf(module, form.values.factoryClassName);

  const chooseFactory = (className: string) => {
    form.setFieldValue('factoryClassName', className);
    setPairs((rows) => withRequiredKeys(rows, fieldsOf(module, className)));
  };

  const save = useMutation({
    // everything is read here, so that the mutation cache never has a configuration value
    mutationFn: () => {
      const { configuration } = readPairs(pairs, fields);
      const keepsAll = provider !== null && isUnchanged(configuration, provider.configurationKeys);
      return saveProvider(client, {
        provider,
        request: {
          ...form.getValues(),
          ...(keepsAll ? {} : { configuration }),
        },
        file: chosen.file,
        configuration,
        onSaved: setProvider,
        onProgress: setProgress,
      });
    },
    onSuccess: ({ name }) => {
      notifySuccess(initial ? 'Secret provider updated' : 'Secret provider added', `${name} is saved.`);
      router.push(paths.providers);
    },
    onError: (error) => {
      const failure = failureOf(error);
      form.setErrors(fieldErrors(failure.fields, Object.keys(Fields.shape)));
      setProblems(refusedPairs(pairs, failure));
      notifyFailure('The secret provider was not saved', failure);
    },
    onSettled: () => {
      setProgress(null);
      return queryClient.invalidateQueries(trpc.providers.pathFilter());
    },
  });

  const submit = () => {
    const read = readPairs(pairs, fields);
    setProblems(read.problems);
    setPairsError(read.missing.length === 0 ? null : `The module needs ${read.missing.join(', ')}: add it.`);
    if (read.problems.size === 0 && read.missing.length === 0 && chosen.error === null) save.mutate();
  };

  const factories = module?.factories ?? [];
  return (
    <form noValidate autoComplete="off" onSubmit={form.onSubmit(submit, focusFirstError(form))}>
      <Stack gap="lg" maw={640}>
        <TextInput label="Name" required withAsterisk={false} {...form.getInputProps('name')} />
        <Textarea
          label="Description"
          description="Shown to whoever chooses where a secret is kept."
          autosize
          minRows={2}
          {...form.getInputProps('description')}
        />
        <TextInput
          label="Interface Version"
          description="Of the plugin interface that the module was written for."
          required
          withAsterisk={false}
          w={{ base: '100%', xs: 240 }}
          {...form.getInputProps('interfaceVersion')}
        />
        <ModuleFileField
          file={chosen.file}
          module={chosen.summary}
          activeName={provider?.moduleName ?? null}
          error={chosen.error}
          progress={progress ?? chosen.progress}
          isDisabled={save.isPending}
          onChoose={(file) => void chosen.choose(file)}
        />
        <div>
          <TextInput
            label="Provider factory classname"
            description="The class that the module exports."
            required
            withAsterisk={false}
            autoCapitalize="none"
            spellCheck={false}
            list={suggestionsId}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            {...form.getInputProps('factoryClassName')}
          />
          <datalist id={suggestionsId}>
            {factories.map(({ className, displayName }) => (
              <option key={className} value={className}>
                {displayName}
              </option>
            ))}
          </datalist>
          {factories.length > 0 && (
            <Group gap={6} mt={8}>
              <Text fz="xs" c="dimmed">
                The module has
              </Text>
              {factories.map(({ className, displayName }) => (
                <UnstyledButton key={className} onClick={() => chooseFactory(className)}>
                  <Pill>{displayName}</Pill>
                </UnstyledButton>
              ))}
            </Group>
          )}
        </div>
        <KeyValuePairs
          pairs={pairs}
          fields={fields}
          problems={problems}
          error={pairsError}
          onChange={(rows) => {
            setPairs(rows);
            setPairsError(null);
          }}
        />
        {initial && (
          <Switch
            label="Enabled"
            description={
              initial.isDefault
                ? 'The default provider cannot be disabled. Make another one the default first.'
                : 'When it is off, nothing new is kept here. Workers go on reading what is there.'
            }
            disabled={initial.isDefault}
            {...form.getInputProps('isEnabled', { type: 'checkbox' })}
          />
        )}
        <FormFailure failure={save.isError ? failureOf(save.error) : null} title={failureTitle(initial, provider)} />
        <FormActions>
          <Button type="submit" loading={save.isPending} disabled={chosen.progress !== null}>
            {initial ? 'Update Secret Provider' : 'Add Secret Provider'}
          </Button>
          <Button variant="subtle" color="gray" onClick={() => router.push(paths.providers)} disabled={save.isPending}>
            Cancel
          </Button>
        </FormActions>
      </Stack>
    </form>
  );
};

const failureTitle = (initial: ProviderInfo | undefined, provider: ProviderInfo | null) =>
  !initial && provider ? 'The provider is saved, but its module was not accepted' : 'The secret provider was not saved';
