import type { DeliveryState, SecretDelivery } from '@secret-store/api';
import type { VerifiedSet } from '../sets/set-cache.ts';
import { arrivedAt } from './arrivals.ts';
import { reasonInWords } from './reason-words.ts';
import type { Holder } from './stored-receipts.ts';

/** A secret as the newest signed set has it. */
export interface PresentEntry {
  readonly secretId: string;
  readonly version: number;
  /** in which set it last changed */
  readonly since: number;
}

/** What counts of a set that a worker says it holds: one that this algorithm had, as far as anybody can tell. */
export const heldNumber = (
  { said }: Holder,
  { body: { number }, hash }: Pick<VerifiedSet, 'body' | 'hash'>,
): number | null => {
  if (said === null) return null;
  const { set } = said.receipt;
  return set.number < number || (set.number === number && set.hash === hash) ? set.number : null;
};

export const stateOf = (
  holder: Holder,
  set: VerifiedSet,
  { secretId, since }: Pick<PresentEntry, 'secretId' | 'since'>,
): DeliveryState => {
  if (holder.worker.details.state !== 'online') return 'offline';
  const number = heldNumber(holder, set);
  if (number === null || number < since) return 'behind';
  return failureOf(holder, secretId) === null ? 'ready' : 'failed';
};

/** The word for why the worker cannot read the secret; null where it can. */
export const failureOf = ({ said }: Holder, secretId: string): string | null =>
  said?.receipt.failures.find(({ secretIds }) => secretIds.includes(secretId))?.reason ?? null;

/** The sets with which the versions of a secret came, by the version. */
export type Comings = ReadonlyMap<number, number>;

/** The version that a set with this number had; null where that is not known, or the set had none. */
export const versionIn = (comings: Comings, { version, since }: PresentEntry, number: number): number | null => {
  if (number >= since) return version;
  const had = Math.max(0, ...[...comings].filter(([, came]) => came <= number).map(([of]) => of));
  // of two versions, nobody knows when the one between them came: it may have been there
  const isFollowed = had === version || had + 1 === version || comings.has(had + 1);
  return had > 0 && isFollowed ? had : null;
};

interface Present extends PresentEntry {
  readonly committed: Date;
  readonly comings: Comings;
}

export const describeHolder = (
  holder: Holder,
  set: VerifiedSet,
  present: Present,
): SecretDelivery['workers'][number] => {
  const { id, name, pool } = holder.worker.details;
  const state = stateOf(holder, set, present);
  const number = heldNumber(holder, set);
  const failure = failureOf(holder, present.secretId);
  return {
    ...{ workerId: id, name, pool, state },
    version: number === null || failure !== null ? null : versionIn(present.comings, present, number),
    milliseconds: state === 'ready' ? millisecondsOf(holder, present) : null,
    reason: state === 'failed' && failure !== null ? reasonInWords(failure) : null,
  };
};

/** Null where the entry changed again with the value as it was, such as when it was sealed again. */
const millisecondsOf = ({ said }: Holder, present: Present): number | null => {
  const came = present.comings.get(present.version);
  if (said === null || (came !== undefined && came !== present.since)) return null;
  const at = arrivedAt(said.arrivals, present);
  // the clocks of two backends may differ
  return at === null ? null : Math.max(0, at - present.committed.getTime());
};
