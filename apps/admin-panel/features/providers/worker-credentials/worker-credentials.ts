import type { WorkerConfigurationInput } from '@secret-store/api/schemas';
import type { ConfigurationField, Pair } from '@/features/providers/configuration/configuration-pairs.ts';

/** What to do with the workers' values that are sealed already. */
type WorkerChoice = 'keep' | 'replace' | 'remove';

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
  for (const [key, value] of values)
    if (value === '') problems.set(key, 'Enter the value for workers, or remove this field');
  if (values.size > 0) return { workerConfiguration: Object.fromEntries(values), problems, error: null };
  return { problems, error: setKeys.length > 0 ? 'Choose what to override for workers.' : null };
};

const section = 'workerConfiguration';

/** What the store's refusal says of the values for workers: by key where one was typed, else of the section. */
export const refusedWorkerCredentials = ({ values }: WorkerCredentials, fields: Readonly<Record<string, string>>) => {
  const ofKeys = Object.entries(fields)
    .filter(([field]) => field.startsWith(`${section}.`))
    .map(([field, problem]) => ({ key: field.slice(section.length + 1), problem }));
  const problems = new Map(ofKeys.filter(({ key }) => values.has(key)).map(({ key, problem }) => [key, problem]));
  const ofStored = ofKeys.find(({ key }) => !values.has(key));
  const ofSection = fields[section];
  // the section and a stored key together: what is stored is for another place
  const error =
    ofSection !== undefined && ofStored
      ? 'They are sealed for another module or destination. Re-enter or remove them.'
      : ofSection;
  return { problems, error: error ?? ofStored?.problem ?? null };
};

/** What can be overridden for workers: the module's keys, and those typed by hand. */
export const workerFields = (fields: readonly ConfigurationField[], pairs: readonly Pair[]): ConfigurationField[] => {
  const known = new Set(fields.map(({ key }) => key));
  const further = new Set(pairs.map(({ key }) => key.trim()).filter((key) => key !== '' && !known.has(key)));
  return [...fields, ...[...further].map((key): ConfigurationField => ({ key, kind: 'text' }))];
};
