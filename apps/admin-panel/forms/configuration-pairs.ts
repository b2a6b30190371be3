import type { ModuleSummary, ProviderConfigurationInput } from '@secret-store/api/schemas';

/** One row of "Key value pairs". */
export interface Pair {
  readonly id: string;
  readonly key: string;
  readonly value: string;
  /** the store has a value for it, which an empty field keeps */
  readonly isStored: boolean;
}

/** What a module says of one of its keys. */
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
  keys.map((key) => ({ id: `stored-${key}`, key, value: '', isStored: true }));

/** Adds a row for each required key of the module that has none yet; what was typed stays. */
export const withRequiredKeys = (pairs: readonly Pair[], fields: readonly ConfigurationField[]): Pair[] => {
  const present = new Set(pairs.map(({ key }) => key));
  const missing = fields.filter(({ key, required }) => required === true && !present.has(key));
  const typed = pairs.filter(({ key, value, isStored }) => isStored || key !== '' || value !== '');
  return [...typed, ...missing.map(({ key }) => ({ id: `module-${key}`, key, value: '', isStored: false }))];
};

/**
 * What the rows say. Empty rows say nothing, and neither does a row without a value whose key another row gives; a stored
 * row without a value keeps what is stored.
 */
export const readPairs = (pairs: readonly Pair[], fields: readonly ConfigurationField[]): ReadPairs => {
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const valued = new Set(pairs.filter(({ value, isStored }) => value !== '' || isStored).map(({ key }) => key.trim()));
  const configuration: [string, string | null][] = [];
  const problems = new Map<string, PairProblem>();
  const seen = new Set<string>();

  for (const { id, key: typedKey, value, isStored } of pairs) {
    const key = typedKey.trim();
    const field = byKey.get(key);
    if (key === '') {
      if (value !== '') problems.set(id, { key: 'Enter a key' });
    } else if (seen.has(key)) {
      if (value !== '') problems.set(id, { key: `${key} is there twice: remove one of them` });
    } else if (value !== '' || isStored) {
      seen.add(key);
      configuration.push([key, value === '' ? null : value]);
    } else if (!valued.has(key)) {
      if (field?.required === true) problems.set(id, { value: `Enter a value for ${field.label ?? key}` });
      // a key that the module does not require is left out; one of which nothing is known is sent as it stands
      else if (!field) {
        seen.add(key);
        configuration.push([key, '']);
      }
    }
  }

  const present = new Set(pairs.map(({ key }) => key.trim()));
  const missing = fields.filter(({ key, required }) => required === true && !present.has(key)).map(({ key }) => key);
  return { configuration: Object.fromEntries(configuration), problems, missing };
};

interface Refusal {
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The rows that the store's refusal is about: by field, and stored ones that its message says must be given again. */
export const refusedPairs = (pairs: readonly Pair[], { message, fields }: Refusal): ReadonlyMap<string, PairProblem> => {
  const words = new Set(message.split(/[^A-Za-z0-9_$.-]+/).map((word) => word.replace(/\.+$/, '')));
  const problemOf = ({ key, value, isStored }: Pair) => {
    if (isStored && value === '' && words.has(key)) return 'Give this value again';
    const field = `configuration.${key}`;
    return Object.hasOwn(fields, field) ? fields[field] : undefined;
  };
  return new Map(
    pairs.flatMap((pair): [string, PairProblem][] => {
      const value = problemOf(pair);
      return value === undefined ? [] : [[pair.id, { value }]];
    }),
  );
};

/** Whether the rows still say just what is stored. */
export const isUnchanged = (configuration: ProviderConfigurationInput, storedKeys: readonly string[]): boolean =>
  Object.values(configuration).every((value) => value === null) &&
  Object.keys(configuration).length === storedKeys.length;
