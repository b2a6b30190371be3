import type { Pair, PairProblem } from './configuration-pairs.ts';

interface Refusal {
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The keys that the store's message names. */
const namedIn = (message: string): ReadonlySet<string> =>
  new Set(message.split(/[^A-Za-z0-9_$.-]+/).map((word) => word.replace(/\.+$/, '')));

/** An upload's answer has a message and no fields: it names the key at fault in words that are always the same. */
const keyAtFault = (message: string): string | undefined => /\bconfiguration key (\S+) /i.exec(message)?.[1];

/** The stored rows that the store's message says must be given again. */
export const rowsToGiveAgain = (pairs: readonly Pair[], { message }: Pick<Refusal, 'message'>): Pair[] => {
  const named = namedIn(message);
  return pairs.filter(({ key, value, origin }) => origin === 'stored' && value === '' && named.has(key));
};

/** The rows that the store's refusal is about: by field, and stored ones that its message says must be given again. */
export const refusedPairs = (pairs: readonly Pair[], { message, fields }: Refusal): ReadonlyMap<string, PairProblem> => {
  const again = new Set(rowsToGiveAgain(pairs, { message }).map(({ id }) => id));
  const atFault = keyAtFault(message);
  const problemOf = ({ id, key }: Pair) => {
    if (again.has(id)) return 'Re-enter this value';
    const field = `configuration.${key}`;
    if (Object.hasOwn(fields, field)) return fields[field];
    return key === atFault ? message : undefined;
  };
  return new Map(
    pairs.flatMap((pair): [string, PairProblem][] => {
      const value = problemOf(pair);
      return value === undefined ? [] : [[pair.id, { value }]];
    }),
  );
};
