import type { WorkerConfigurationInput } from '@secret-store/api/schemas';
import type { ConfigurationField, Pair } from '@/features/providers/configuration/configuration-pairs.ts';

/** What to do with the workers' values that are sealed already. */
export type WorkerChoice = 'keep' | 'replace' | 'remove';

export interface WorkerCredentials {
  /** only where some are set */
  readonly choice: WorkerChoice;
  /** what workers use instead of the backend's values, by key */
  readonly values: ReadonlyMap<string, string>;
}

export const noWorkerCredentials: WorkerCredentials = { choice: 'keep', values: new Map() };

export interface ReadWorkerCredentials {
  /** left out keeps, `null` removes, a map replaces */
  readonly workerConfiguration?: WorkerConfigurationInput;
  readonly problems: ReadonlyMap<string, string>;
  readonly error: string | null;
}

interface WorkerCredentialsStored {
  readonly setKeys: readonly string[];
  /** another module or factory is chosen: the sealed values are for the previous one */
  readonly isMoved: boolean;
}

/** The input for the store. Sealed values can't be opened here, so they are kept, replaced or removed as a whole. */
export const readWorkerCredentials = (
  { choice, values }: WorkerCredentials,
  { setKeys, isMoved }: WorkerCredentialsStored,
): ReadWorkerCredentials => {
  const problems = new Map<string, string>();
  if (setKeys.length > 0 && choice === 'keep') {
    const error = isMoved ? 'They are sealed for the previous module. Re-enter or remove them.' : null;
    return { problems, error };
  }
  if (setKeys.length > 0 && choice === 'remove') return { workerConfiguration: null, problems, error: null };
  for (const [key, value] of values) if (value === '') problems.set(key, 'Enter the value for workers, or remove this field');
  if (values.size > 0) return { workerConfiguration: Object.fromEntries(values), problems, error: null };
  return { problems, error: setKeys.length > 0 ? 'Choose what to override for workers.' : null };
};

interface Refusal {
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The messages of the store's refusal that are about the workers' own values. An upload's answer has no fields. */
export const refusedWorkerCredentials = ({ message, fields }: Refusal) => {
  const problems = new Map<string, string>();
  for (const [field, problem] of Object.entries(fields)) {
    const key = /^workerConfiguration\.(.+)$/s.exec(field)?.[1];
    if (key !== undefined) problems.set(key, problem);
  }
  const isAboutAll = Object.keys(fields).length === 0 && /\bworkerConfiguration\b/.test(message);
  return { problems, error: fields.workerConfiguration ?? (isAboutAll ? message : null) };
};

/** What can be overridden for workers: the module's keys, and those typed by hand. */
export const workerFields = (fields: readonly ConfigurationField[], pairs: readonly Pair[]): ConfigurationField[] => {
  const known = new Set(fields.map(({ key }) => key));
  const further = new Set(pairs.map(({ key }) => key.trim()).filter((key) => key !== '' && !known.has(key)));
  return [...fields, ...[...further].map((key): ConfigurationField => ({ key, kind: 'text' }))];
};
