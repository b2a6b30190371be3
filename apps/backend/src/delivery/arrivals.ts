import { z } from 'zod';

/** Of one worker and algorithm: it is a few bytes, however long the algorithm lives. */
const setsMaximum = 64;
const recoveredMaximum = 200;

/** The number of a set, and when the worker was ready with it, in milliseconds since 1970. */
const Arrival = z.tuple([z.int(), z.int()]);

export const Arrivals = z.object({
  /** by number, the lowest first */
  sets: z.array(Arrival),
  /** by secret id, of those that could not be read when their set came */
  recovered: z.record(z.string(), Arrival),
});
export type Arrivals = z.infer<typeof Arrivals>;

export const noArrivals: Arrivals = { sets: [], recovered: {} };

interface NewArrival {
  readonly number: number;
  readonly at: number;
  /** ids of secrets that can be read now, and could not be when the worker said something last */
  readonly recovered: readonly string[];
  /** in which sets the entries of this set last changed; null where that is not known */
  readonly sinces: readonly number[] | null;
}

/** With one more: what no entry of the current set came with is dropped. */
export const withArrival = (before: Arrivals, { number, at, recovered, sinces }: NewArrival): Arrivals => {
  const known = before.sets.filter(([of]) => of < number);
  const same = before.sets.find(([of]) => of === number);
  const sets = [...known, same ?? ([number, at] satisfies [number, number])];
  const wanted = sinces === null ? null : new Set(sinces.map((since) => sets.findIndex(([of]) => of >= since)));
  // the newest always stays: the next one is compared with it
  const kept = wanted === null ? sets : sets.filter((_, index) => wanted.has(index) || index === sets.length - 1);
  const all = { ...before.recovered, ...Object.fromEntries(recovered.map((id) => [id, [number, at]])) };
  return {
    sets: kept.slice(-setsMaximum),
    recovered: Object.fromEntries(Object.entries(all).slice(-recoveredMaximum)) as Arrivals['recovered'],
  };
};

/** When the worker was ready with an entry that changed in this set; null where that is not known any more. */
export const arrivedAt = (
  { sets, recovered }: Arrivals,
  { secretId, since }: { readonly secretId: string; readonly since: number },
): number | null => {
  const arrival = sets.find(([number]) => number >= since);
  if (arrival === undefined) return null;
  const again = Object.hasOwn(recovered, secretId) ? recovered[secretId] : undefined;
  return again !== undefined && again[0] >= since ? Math.max(arrival[1], again[1]) : arrival[1];
};
