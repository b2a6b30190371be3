import { createHash } from 'node:crypto';
import type { Attack } from './attacks.ts';
import type { TableImage } from './database-writer.ts';

/** One attack at one moment. */
export interface Trial<Moment extends string> {
  readonly attack: Attack;
  readonly moment: Moment;
  /** where the attack stands among those of its table; ids of rows are others in each run */
  readonly index: number;
  /** of the column that is changed; empty where a whole row is written */
  readonly type: string;
}

/** Every attack on every table at every moment. */
export const allTrials = <Moment extends string>(
  images: readonly TableImage[],
  attacksOf: (image: TableImage) => readonly Attack[],
  moments: readonly Moment[],
): Trial<Moment>[] =>
  images.flatMap((image) =>
    attacksOf(image).flatMap((attack, index) => {
      const type = image.table.columns.find(({ name }) => name === attack.column)?.type ?? '';
      return moments.map((moment) => ({ attack, moment, index, type }));
    }),
  );

/** What a part of the trials may not leave out. */
const traitsOf = ({ attack: { table, kind, column }, moment, type }: Trial<string>): readonly string[] => [
  `${table}, ${column === undefined ? 'a whole row' : 'a column'}`,
  `${kind}, ${moment}`,
  `a column of type ${type}`,
];

const placeOf = ({ attack: { table, kind, column = '' }, moment, index }: Trial<string>, seed: string): string =>
  createHash('sha256').update([seed, table, kind, column, index, moment].join('\n')).digest('hex');

/**
 * A part of the trials with a changed column and a written row of each table, each kind of write at each moment, and each type of
 * column. Which ones stand for these is for the seed to say, and the same seed says the same.
 */
export const partOf = <Moment extends string>(
  trials: readonly Trial<Moment>[],
  seed: string,
): readonly Trial<Moment>[] => {
  const missing = new Set(trials.flatMap(traitsOf));
  const inOrder = trials
    .map((trial) => ({ trial, place: placeOf(trial, seed) }))
    .toSorted((one, other) => (one.place < other.place ? -1 : 1))
    .map(({ trial }) => trial);
  const part: Trial<Moment>[] = [];
  // first what stands for several, so that the part is small
  for (const fewest of [3, 2, 1]) {
    for (const trial of inOrder) {
      const brought = traitsOf(trial).filter((trait) => missing.has(trait));
      if (brought.length < fewest) continue;
      for (const trait of brought) missing.delete(trait);
      part.push(trial);
    }
  }
  return part;
};
