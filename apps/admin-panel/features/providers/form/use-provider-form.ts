'use client';
import { useForm, type FormErrors } from '@mantine/form';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import {
  defaultCheckSeconds,
  defaultStaleSeconds,
  SecretProviderRequest,
  type ModuleSummary,
  type ProviderDetails,
  type ProviderInfo,
} from '@secret-store/api/schemas';
import { useDraft } from '@/forms/drafts.tsx';
import type { Failure } from '@/api/failure.ts';
import {
  isUnchanged,
  readPairs,
  storedPairs,
  withModuleKeys,
  type Pair,
  type PairProblem,
} from '@/features/providers/configuration/configuration-pairs.ts';
import { refusedPairs, rowsToReEnter } from '@/features/providers/configuration/refused-pairs.ts';
import {
  noWorkerCredentials,
  readWorkerCredentials,
  refusedWorkerCredentials,
} from '@/features/providers/worker-credentials/worker-credentials.ts';
import { focusFirstError } from '@/forms/focus-first-error.ts';
import { fieldErrors, validateWith } from '@/forms/validate-with.ts';
import { destinationsOf, isAnyTyped } from './destinations.ts';
import { useChosenModule } from './use-chosen-module.ts';
import { useProviderSave } from './use-provider-save.ts';

const Fields = SecretProviderRequest.pick({
  name: true,
  description: true,
  interfaceVersion: true,
  factoryClassName: true,
  checkSeconds: true,
  staleSeconds: true,
  isEnabled: true,
}).strip();

/** What is wrong with the parts of the form that are not plain fields. */
interface Faults {
  readonly pairs: ReadonlyMap<string, PairProblem>;
  /** of the configuration as a whole */
  readonly configuration: string | null;
  /** keys whose stored values the store asks for again */
  readonly again: readonly string[];
  readonly workers: { readonly problems: ReadonlyMap<string, string>; readonly error: string | null };
  /** a field or row says why the store refused */
  readonly isAtField: boolean;
}

const noFaults: Faults = {
  pairs: new Map(),
  configuration: null,
  again: [],
  workers: { problems: new Map(), error: null },
  isAtField: false,
};

const factoryOf = (module: ModuleSummary | null, className: string) =>
  module?.factories.find((factory) => factory.className === className);

export interface ProviderFormInput {
  /** left out: a new one */
  readonly provider?: ProviderInfo | undefined;
  /** what the active module, or the uploaded one before there is an active one, says of its keys */
  readonly storedModule?: ModuleSummary | null;
  /** null where it is not known */
  readonly details?: ProviderDetails | null;
  readonly onStart?: () => void;
  /** rows of the configuration are marked as wrong on the page */
  readonly onPairsAtFault: () => void;
}

/** What the form holds, and how it is saved. */
export const useProviderForm = (input: ProviderFormInput) => {
  const { provider: initial, storedModule = null, details = null } = input;
  const storedFields = factoryOf(storedModule, initial?.factoryClassName ?? '')?.configuration ?? [];
  const [pairs, setPairs] = useState(() => withModuleKeys(storedPairs(initial?.configurationKeys ?? []), storedFields));
  const [workers, setWorkers] = useState(noWorkerCredentials);
  const [faults, setFaults] = useState(noFaults);
  const form = useForm({
    initialValues: {
      name: initial?.name ?? '',
      description: initial?.description ?? '',
      interfaceVersion: initial?.interfaceVersion ?? '1.0.0',
      factoryClassName: initial?.factoryClassName ?? '',
      checkSeconds: initial?.checkSeconds ?? defaultCheckSeconds,
      staleSeconds: initial?.staleSeconds ?? defaultStaleSeconds,
      isEnabled: initial?.isEnabled ?? true,
      signature: '',
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
  useDraft(() => form.isDirty() || chosen.summary !== null || pairs.some(({ value }) => value !== ''));
  const module = chosen.summary ?? storedModule;
  const { factoryClassName } = form.values;
  const factory = factoryOf(module, factoryClassName);
  const fields = factory?.configuration ?? [];
  // while the name of the only class is typed, its fields stay fields
  const [only, ...others] = module?.factories ?? [];
  const shownFields = factory === undefined && others.length === 0 ? (only?.configuration ?? []) : fields;
  const setKeys = details?.workerConfigurationKeys ?? [];
  const isOtherModule = chosen.summary !== null && chosen.summary.sha256 !== details?.active?.sha256;
  const isMoved = isOtherModule || (initial !== undefined && factoryClassName !== initial.factoryClassName);
  const readWorkers = () => readWorkerCredentials(workers, { setKeys, isMoved });
  const valueOf = (key: string) => pairs.find((pair) => pair.key.trim() === key && pair.value !== '')?.value ?? '';

  const typed = { egress: factory?.egress ?? [], fields, valueOf };
  // unless a typed value changes them, the destinations are those of the active version
  const destinations =
    (!isMoved && !isAnyTyped(typed) ? details?.active?.destinations : undefined) ?? destinationsOf(typed);

  const mark = (failure: Failure) => {
    const errors = fieldErrors(failure.fields, Object.keys(Fields.shape));
    form.setErrors(errors);
    // the store asks for stored values before it tries anything; what fails when tried needs another value
    const again = failure.code === null ? [] : rowsToReEnter(pairs, failure.fields);
    const found = {
      pairs: refusedPairs(pairs, failure.fields, again),
      configuration: failure.fields.configuration ?? null,
      again: again.map(({ key }) => key),
      workers: refusedWorkerCredentials(workers, failure.fields),
    };
    const marked = Object.keys(errors).length + found.pairs.size + found.workers.problems.size;
    setFaults({ ...found, isAtField: marked > 0 || found.configuration !== null || found.workers.error !== null });
    return { ...found, errors };
  };
  const saving = useProviderSave({
    initial,
    read: () => {
      const { configuration } = readPairs(pairs, fields);
      const { workerConfiguration } = readWorkers();
      const { signature, ...request } = form.getValues();
      const stored = saving.provider;
      return {
        request,
        file: chosen.file,
        signature: signature.trim(),
        ...(stored !== null && isUnchanged(configuration, stored.configurationKeys) ? {} : { configuration }),
        ...(workerConfiguration === undefined ? {} : { workerConfiguration }),
      };
    },
    onStart: () => {
      setFaults(noFaults);
      input.onStart?.();
    },
    onRefused: (failure) => {
      const { pairs: rows, errors } = flushSync(() => mark(failure));
      if (rows.size > 0) input.onPairsAtFault();
      // the name is above the rows
      focusFirstError(form)(errors);
    },
    onFailed: mark,
  });

  /** Marks what is wrong with the parts that are not plain fields. @returns whether the configuration is at fault, and whether anything is */
  const markParts = () => {
    const { problems, missing } = readPairs(pairs, fields);
    const readWorker = readWorkers();
    flushSync(() =>
      setFaults({
        pairs: problems,
        configuration:
          missing.length === 0
            ? null
            : `The module requires ${missing.join(', ')}. Add ${missing.length === 1 ? 'it' : 'them'} as a pair.`,
        again: [],
        workers: readWorker,
        isAtField: false,
      }),
    );
    const isAtFault = problems.size + missing.length + readWorker.problems.size > 0 || readWorker.error !== null;
    return { isAtFault, hasPairProblem: problems.size > 0 };
  };
  const submit = () => {
    const { isAtFault, hasPairProblem } = markParts();
    // rows are there once they are marked
    if (hasPairProblem) input.onPairsAtFault();
    if (!isAtFault && chosen.error === null) saving.save();
  };
  /** The fields are at fault: all of the form is marked at once, and they come first. */
  const reject = (errors: FormErrors) => {
    markParts();
    focusFirstError(form)(errors);
  };

  return {
    form,
    chosen,
    module,
    fields: shownFields,
    saving,
    submit,
    reject,
    destinations,
    pairs,
    faults,
    changePairs: (rows: Pair[]) => {
      setPairs(rows);
      setFaults((before) => ({ ...before, configuration: null }));
    },
    changeFactory: (className: string) => {
      form.setFieldValue('factoryClassName', className);
      offerKeysOf(module, className);
    },
    /** why credentials are asked for again; null where they are not */
    moved:
      faults.again.length === 0
        ? null
        : {
            keys: faults.again,
            before: details?.active?.destinations ?? null,
            after: destinations,
          },
    workers: { credentials: workers, setKeys, isMoved, ...faults.workers, onChange: setWorkers },
  };
};
