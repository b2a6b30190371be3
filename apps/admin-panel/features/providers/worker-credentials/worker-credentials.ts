import type { WorkerConfigurationInput } from '@secret-store/api/schemas';
import type { ConfigurationField, Pair } from '@/features/providers/configuration/configuration-pairs.ts';

/** What becomes of the workers' own values that are sealed already. */
export type WorkerChoice = 'keep' | 'replace' | 'remove';

export interface WorkerCredentials {
  /** only where some are set */
  readonly choice: WorkerChoice;
  /** what the workers get in place of the backend's, by key */
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
  /** another module or another factory: what is sealed is for the one before */
  readonly isMoved: boolean;
}

/** What the section says. Nobody can open what is sealed, so the values are kept, replaced or removed as a whole. */
export const readWorkerCredentials = (
  { choice, values }: WorkerCredentials,
  { setKeys, isMoved }: WorkerCredentialsStored,
): ReadWorkerCredentials => {
  const problems = new Map<string, string>();
  if (setKeys.length > 0 && choice === 'keep') {
    const error = isMoved ? 'They are sealed for the module before. Give them again, or remove them.' : null;
    return { problems, error };
  }
  if (setKeys.length > 0 && choice === 'remove') return { workerConfiguration: null, problems, error: null };
  for (const [key, value] of values) if (value === '') problems.set(key, 'Enter what the workers use, or take it away');
  if (values.size > 0) return { workerConfiguration: Object.fromEntries(values), problems, error: null };
  return { problems, error: setKeys.length > 0 ? 'Choose what the workers get of their own.' : null };
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

/** What workers can be given of their own: the module's keys, and those typed by hand. */
export const workerFields = (fields: readonly ConfigurationField[], pairs: readonly Pair[]): ConfigurationField[] => {
  const known = new Set(fields.map(({ key }) => key));
  const further = new Set(pairs.map(({ key }) => key.trim()).filter((key) => key !== '' && !known.has(key)));
  return [...fields, ...[...further].map((key): ConfigurationField => ({ key, kind: 'text' }))];
};
