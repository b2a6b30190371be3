import type { Pair, PairProblem } from './configuration-pairs.ts';

type Fields = Readonly<Record<string, string>>;

/** What the store says of a row's key. */
const problemOf = (fields: Fields, { key }: Pair): string | undefined => {
  const field = `configuration.${key.trim()}`;
  return Object.hasOwn(fields, field) ? fields[field] : undefined;
};

/** The rows whose stored values the store refuses to use again, and for which nothing new was typed. */
export const rowsToReEnter = (pairs: readonly Pair[], fields: Fields): Pair[] =>
  pairs.filter((pair) => pair.origin === 'stored' && pair.value === '' && problemOf(fields, pair) !== undefined);

/** The rows that the store's refusal is about, by its fields. */
export const refusedPairs = (
  pairs: readonly Pair[],
  fields: Fields,
  toReEnter: readonly Pair[],
): ReadonlyMap<string, PairProblem> =>
  new Map(
    pairs.flatMap((pair): [string, PairProblem][] => {
      const problem = problemOf(fields, pair);
      if (problem === undefined) return [];
      return [[pair.id, { value: toReEnter.includes(pair) ? 'Re-enter this value' : problem }]];
    }),
  );
