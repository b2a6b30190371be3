'use client';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { SecretProviderRequest, type ModuleSummary, type ProviderDetails, type ProviderInfo } from '@secret-store/api/schemas';
import type { Failure } from '@/api/failure.ts';
import { isUnchanged, readPairs, storedPairs, withModuleKeys, type Pair, type PairProblem } from '@/features/providers/configuration/configuration-pairs.ts';
import { goToConfiguration } from '@/features/providers/configuration/go-to-configuration.ts';
import { refusedPairs, rowsToGiveAgain } from '@/features/providers/configuration/refused-pairs.ts';
import { noWorkerCredentials, readWorkerCredentials, refusedWorkerCredentials } from '@/features/providers/worker-credentials/worker-credentials.ts';
import { fieldErrors, validateWith } from '@/forms/validate-with.ts';
import { notifyFailure } from '@/page/notify.ts';
import { destinationsOf, isAnyTyped } from './destinations.ts';
import { useChosenModule } from './use-chosen-module.ts';
import { useProviderSave } from './use-provider-save.ts';

const Fields = SecretProviderRequest.pick({
  name: true,
  description: true,
  interfaceVersion: true,
  factoryClassName: true,
  isEnabled: true,
});

const noPairProblems: ReadonlyMap<string, PairProblem> = new Map();
const noWorkerProblems: { readonly problems: ReadonlyMap<string, string>; readonly error: string | null } = {
  problems: new Map(),
  error: null,
};

const factoryOf = (module: ModuleSummary | null, className: string) =>
  module?.factories.find((factory) => factory.className === className);

/** The rows at fault are marked with the next paint. */
const goToConfigurationWhenShown = () => requestAnimationFrame(() => requestAnimationFrame(goToConfiguration));

export interface ProviderFormInput {
  /** left out: a new one */
  readonly provider?: ProviderInfo | undefined;
  /** the active module's words on its keys */
  readonly activeModule?: ModuleSummary | null;
  /** null where it is not known */
  readonly details?: ProviderDetails | null;
  readonly onStart?: () => void;
}

/** What the form holds, and what becomes of it. */
export const useProviderForm = ({ provider: initial, activeModule = null, details = null, onStart }: ProviderFormInput) => {
  const activeFields = factoryOf(activeModule, initial?.factoryClassName ?? '')?.configuration ?? [];
  const [pairs, setPairs] = useState(() => withModuleKeys(storedPairs(initial?.configurationKeys ?? []), activeFields));
  const [problems, setProblems] = useState(noPairProblems);
  const [pairsError, setPairsError] = useState<string | null>(null);
  const [moved, setMoved] = useState<readonly string[]>([]);
  const [signature, setSignature] = useState('');
  const [workers, setWorkers] = useState(noWorkerCredentials);
  const [workerProblems, setWorkerProblems] = useState(noWorkerProblems);
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

  const offerKeysOf = (module: ModuleSummary | null, className: string) => {
    const factory = factoryOf(module, className);
    if (factory) setPairs((rows) => withModuleKeys(rows, factory.configuration));
  };
  const chosen = useChosenModule((summary) => {
    const [only] = summary.factories;
    const typed = form.getValues().factoryClassName;
    const className = typed === '' && summary.factories.length === 1 && only ? only.className : typed;
    form.setFieldValue('factoryClassName', className);
    if (!form.isDirty('interfaceVersion')) form.setFieldValue('interfaceVersion', summary.interfaceVersion);
    offerKeysOf(summary, className);
  });
  const module = chosen.summary ?? activeModule;
  const { factoryClassName } = form.values;
  const factory = factoryOf(module, factoryClassName);
  const fields = factory?.configuration ?? [];
  const setKeys = details?.workerConfigurationKeys ?? [];
  const isOtherModule = chosen.summary !== null && chosen.summary.sha256 !== details?.active?.sha256;
  const isMoved = isOtherModule || (initial !== undefined && factoryClassName !== initial.factoryClassName);
  const readWorkers = () => readWorkerCredentials(workers, { setKeys, isMoved });
  const valueOf = (key: string) => pairs.find((pair) => pair.key.trim() === key && pair.value !== '')?.value ?? '';

  const typed = { egress: factory?.egress ?? [], fields, valueOf };
  // where nothing was typed that says it, what is active is not left
  const destinations = (!isMoved && !isAnyTyped(typed) ? details?.active?.destinations : undefined) ?? destinationsOf(typed);

  const forgetProblems = () => {
    setProblems(noPairProblems);
    setPairsError(null);
    setMoved([]);
    setWorkerProblems(noWorkerProblems);
  };
  /** @returns how many rows are at fault */
  const mark = (failure: Failure): number => {
    form.setErrors(fieldErrors(failure.fields, Object.keys(Fields.shape)));
    const refused = refusedPairs(pairs, failure);
    setProblems(refused);
    setMoved(rowsToGiveAgain(pairs, failure).map(({ key }) => key));
    setPairsError(failure.fields.configuration ?? null);
    setWorkerProblems(refusedWorkerCredentials(failure));
    return refused.size;
  };
  const saving = useProviderSave({
    initial,
    read: () => {
      const { configuration } = readPairs(pairs, fields);
      const { workerConfiguration } = readWorkers();
      const stored = saving.provider;
      return {
        request: form.getValues(),
        file: chosen.file,
        signature: signature.trim(),
        ...(stored !== null && isUnchanged(configuration, stored.configurationKeys) ? {} : { configuration }),
        ...(workerConfiguration === undefined ? {} : { workerConfiguration }),
      };
    },
    onStart: () => {
      forgetProblems();
      onStart?.();
    },
    onRefused: (failure) => {
      if (mark(failure) > 0) goToConfigurationWhenShown();
      notifyFailure('The secret provider was not saved', failure);
    },
    onFailed: mark,
  });

  const submit = () => {
    const read = readPairs(pairs, fields);
    const readWorker = readWorkers();
    setProblems(read.problems);
    setMoved([]);
    setWorkerProblems(readWorker);
    setPairsError(read.missing.length === 0 ? null : `The module needs ${read.missing.join(', ')}: add it.`);
    if (read.problems.size > 0) goToConfigurationWhenShown();
    const hasProblem = read.problems.size + read.missing.length + readWorker.problems.size > 0;
    if (!hasProblem && readWorker.error === null && chosen.error === null) saving.save();
  };

  return {
    form,
    chosen,
    signature: { value: signature, onChange: setSignature },
    module,
    fields,
    saving,
    submit,
    destinations,
    pairs,
    problems,
    pairsError,
    changePairs: (rows: Pair[]) => {
      setPairs(rows);
      setPairsError(null);
    },
    changeFactory: (className: string) => {
      form.setFieldValue('factoryClassName', className);
      offerKeysOf(module, className);
    },
    /** why credentials are asked for again; null where they are not */
    moved: moved.length === 0 ? null : {
      keys: moved,
      before: details?.active?.destinations ?? null,
      after: destinations,
    },
    workers: { credentials: workers, setKeys, isMoved, ...workerProblems, onChange: setWorkers },
  };
};
