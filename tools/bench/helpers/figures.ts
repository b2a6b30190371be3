import { availableParallelism } from 'node:os';

/** One line of what `npm run bench` prints. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly unit: string;
  /** the figure beside its floor, and its aim where it has one */
  readonly ratio?: string;
}

/** The smallest sample that `part` (0 to 1) of all samples do not exceed; NaN without samples. */
export const percentile = (samples: readonly number[], part: number): number => {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
};

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

export const figure = (what: string, value: number, unit: string, ratio?: string): Figure => ({
  what,
  value: value.toFixed(value < 100 ? 2 : 0),
  unit,
  ...(ratio !== undefined && { ratio }),
});

export const times = (value: number, floor: number, floorName: string): string =>
  `${(value / floor).toFixed(2)} × ${floorName}`;

/** Clients take time from what they measure. */
export const sharedCores = (): Figure =>
  figure('cores that clients, store and database share', availableParallelism(), 'cores');
