'use client';
import { Button, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useRef, useState, type RefObject } from 'react';
import type { ProviderInfo, ShippedModule } from '@secret-store/api/schemas';
import { FormActions, UnitInput } from '@secret-store/ui';
import { focusConfiguration } from '@/features/providers/configuration/focus-configuration.ts';
import { KeyValuePairs } from '@/features/providers/configuration/key-value-pairs.tsx';
import { PreparationPanel } from '@/features/providers/preparation/preparation-panel.tsx';
import { ShippedModules } from '@/features/providers/shipped/shipped-modules.tsx';
import { WorkerCredentialsSection } from '@/features/providers/worker-credentials/worker-credentials-section.tsx';
import { workerFields } from '@/features/providers/worker-credentials/worker-credentials.ts';
import { FormFailure } from '@/forms/form-failure.tsx';
import { paths } from '@/paths.ts';
import { FactoryField } from './factory-field.tsx';
import { ModuleFileField } from './module-file-field.tsx';
import { MovedCredentials } from './moved-credentials.tsx';
import { ProviderOutageLimit } from './provider-outage-limit.tsx';
import { SignatureField } from './signature-field.tsx';
import { useProviderForm, type ProviderFormInput } from './use-provider-form.ts';

interface ProviderFormProps extends Omit<ProviderFormInput, 'onPairsAtFault'> {
  /** for a page that leads to the configuration from elsewhere too */
  readonly configuration?: RefObject<HTMLFieldSetElement | null>;
}

export const ProviderForm = (props: ProviderFormProps) => {
  const router = useRouter();
  const { provider: initial } = props;
  const own = useRef<HTMLFieldSetElement>(null);
  const proposedName = useRef('');
  const configuration = props.configuration ?? own;
  const goToConfiguration = () => focusConfiguration(configuration.current);
  const { form, chosen, module, fields, saving, pairs, faults, moved, workers, ...state } = useProviderForm({
    ...props,
    onPairsAtFault: goToConfiguration,
  });
  const [isWorkersOpen, setWorkersOpen] = useState(false);
  const hasWorkerProblem = workers.error !== null || workers.problems.size > 0;
  const { progress, provider } = saving;
  const chooseShipped = (file: File, { displayName }: ShippedModule) => {
    if (['', proposedName.current].includes(form.getValues().name)) form.setFieldValue('name', displayName);
    proposedName.current = displayName;
    state.changeFactory('');
    void chosen.choose(file);
  };

  return (
    <form noValidate autoComplete="off" onSubmit={form.onSubmit(state.submit, state.reject)}>
      <Stack gap="lg" maw={640}>
        {initial === undefined && (
          <ShippedModules chosen={chosen.file?.name ?? null} isDisabled={saving.isPending} onChoose={chooseShipped} />
        )}
        <TextInput label="Name" required withAsterisk={false} {...form.getInputProps('name')} />
        <Textarea
          label="Description"
          description="Shown when someone chooses where to store a secret."
          placeholder="Optional"
          autosize
          minRows={2}
          {...form.getInputProps('description')}
        />
        <TextInput
          label="Interface Version"
          description="The plugin interface the module targets. Filled in from the file."
          required
          withAsterisk={false}
          w={{ base: '100%', xs: 240 }}
          {...form.getInputProps('interfaceVersion')}
        />
        <ModuleFileField
          file={chosen.file}
          module={chosen.summary}
          uploadedName={provider?.moduleName ?? null}
          isActive={(props.details?.active ?? null) !== null}
          error={chosen.error}
          progress={chosen.progress}
          isDisabled={saving.isPending}
          onChoose={(file) => void chosen.choose(file)}
        />
        {chosen.file && <SignatureField input={form.getInputProps('signature')} />}
        <FactoryField
          input={{
            ...form.getInputProps('factoryClassName'),
            onChange: (event) => state.changeFactory(event.currentTarget.value),
          }}
          module={module}
          className={form.values.factoryClassName}
          destinations={state.destinations}
          onChoose={state.changeFactory}
        />
        {moved && (
          <MovedCredentials
            {...moved}
            labels={moved.keys.map((key) => fields.find((field) => field.key === key)?.label ?? key)}
          />
        )}
        <KeyValuePairs
          ref={configuration}
          pairs={pairs}
          fields={fields}
          problems={faults.pairs}
          error={faults.configuration}
          onChange={state.changePairs}
        />
        <WorkerCredentialsSection
          {...workers}
          fields={workerFields(fields, pairs)}
          isOpen={isWorkersOpen || hasWorkerProblem}
          onToggle={() => setWorkersOpen(!isWorkersOpen)}
        />
        <UnitInput
          unit="seconds"
          label="Check interval"
          description="How often a worker asks the vault whether a value changed there. 0: at each use."
          {...form.getInputProps('checkSeconds')}
        />
        <ProviderOutageLimit {...form.getInputProps('staleSeconds')} />
        {initial && (
          <Switch
            label="Enabled"
            description={
              initial.isDefault
                ? 'The default provider can’t be disabled. Make another one the default first.'
                : 'When off, no new secrets can be stored here. Workers can still read existing ones.'
            }
            disabled={initial.isDefault}
            {...form.getInputProps('isEnabled', { type: 'checkbox' })}
          />
        )}
        {progress && (
          <PreparationPanel
            progress={progress}
            what={chosen.file?.name ?? provider?.moduleName ?? 'the module'}
            hasActive={Boolean(props.details?.active)}
            isRetrying={saving.isRetrying}
            onRetry={saving.retry}
            onChangeConfiguration={goToConfiguration}
            isSummoned
          />
        )}
        <FormFailure failure={saving.failure} title={failureTitle(initial, provider)} isAtField={faults.isAtField} />
        <FormActions>
          <Button type="submit" loading={saving.isPending} disabled={chosen.progress !== null}>
            {initial ? 'Update secret provider' : 'Add Secret Provider'}
          </Button>
          <Button
            variant="subtle"
            color="gray"
            onClick={() => router.push(paths.providers)}
            disabled={saving.isPending}
          >
            {provider !== null && (!initial || progress?.state === 'waiting') ? 'Back to secret providers' : 'Cancel'}
          </Button>
        </FormActions>
      </Stack>
    </form>
  );
};

const failureTitle = (initial: ProviderInfo | undefined, provider: ProviderInfo | null) =>
  !initial && provider ? 'The provider is saved, but its module was rejected' : 'Couldn’t save the secret provider';
