import type { ModuleSummary, ProviderConfigurationInput } from '@secret-store/api/schemas';

/** One key with its value: a field of the generated form, or a row typed by hand. */
export interface Pair {
  readonly id: string;
  readonly key: string;
  readonly value: string;
  /**
   * `offered`: shown because the module takes the key; `stored`: the store has a value, which an empty field keeps;
   * `typed`: added by hand
   */
  readonly origin: 'typed' | 'offered' | 'stored';
}

/** What a module says about one of its keys. */
export type ConfigurationField = ModuleSummary['factories'][number]['configuration'][number];

export interface PairProblem {
  readonly key?: string;
  readonly value?: string;
}

export interface ReadPairs {
  readonly configuration: ProviderConfigurationInput;
  readonly problems: ReadonlyMap<string, PairProblem>;
  /** required by the module and not among the rows */
  readonly missing: readonly string[];
}

export const storedPairs = (keys: readonly string[]): Pair[] =>
  keys.map((key) => ({ id: `stored-${key}`, key, value: '', origin: 'stored' }));

export const offeredPair = (key: string): Pair => ({ id: `offered-${key}`, key, value: '', origin: 'offered' });

/**
 * The rows once the module's keys are known: each key gets a field. What was typed before stays: for a key of the module it
 * moves into that field, and a field of the previous module that this one does not have becomes a free row.
 */
export const withModuleKeys = (pairs: readonly Pair[], fields: readonly ConfigurationField[]): Pair[] => {
  const known = new Set(fields.map(({ key }) => key));
  const rows = new Map<string, Pair>();
  const further: Pair[] = [];
  for (const pair of pairs) {
    const key = pair.key.trim();
    const row = rows.get(key);
    if (pair.origin === 'offered' && pair.value === '') continue;
    if (pair.origin === 'stored' || (known.has(key) && pair.value !== '' && !row)) {
      rows.set(key, pair.origin === 'typed' ? { ...pair, key, origin: 'offered' } : pair);
    } else if (row?.value === '' && pair.value !== '') {
      rows.set(key, { ...row, value: pair.value });
    } else {
      further.push({ ...pair, origin: 'typed' });
    }
  }
  const offered = fields.filter(({ key }) => !rows.has(key)).map(({ key }) => offeredPair(key));
  return [...rows.values(), ...offered, ...further];
};

const bearsValue = ({ value }: Pair) => value !== '';

/**
 * The configuration that the rows stand for. Empty rows are ignored, and so is a row without a value whose key another row
 * sets; a stored row without a value keeps what is stored, unless another row sets its key.
 */
export const readPairs = (pairs: readonly Pair[], fields: readonly ConfigurationField[]): ReadPairs => {
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const configuration = new Map<string, string | null>();
  const problems = new Map<string, PairProblem>();

  for (const pair of pairs) {
    const { id, value, origin } = pair;
    const key = pair.key.trim();
    const field = byKey.get(key);
    const given = pairs.find((other) => other.key.trim() === key && bearsValue(other));
    if (key === '') {
      if (bearsValue(pair)) problems.set(id, { key: 'Enter a key' });
    } else if (given) {
      if (bearsValue(pair) && value !== given.value)
        problems.set(id, { key: `${key} is set twice. Remove one of them` });
      configuration.set(key, given.value);
    } else if (origin === 'stored') {
      configuration.set(key, null);
    } else if (!configuration.has(key)) {
      if (field?.required === true) problems.set(id, { value: `Enter a value for ${field.label ?? key}` });
      // an optional key without a value is left out; a key that the module does not declare is sent as it is
      else if (!field) configuration.set(key, '');
    }
  }

  const present = new Set(pairs.map(({ key }) => key.trim()));
  const missing = fields.filter(({ key, required }) => required === true && !present.has(key)).map(({ key }) => key);
  return { configuration: Object.fromEntries(configuration), problems, missing };
};

/** Whether the rows change nothing that is stored. */
export const isUnchanged = (configuration: ProviderConfigurationInput, storedKeys: readonly string[]): boolean =>
  Object.values(configuration).every((value) => value === null) &&
  Object.keys(configuration).length === storedKeys.length;
