import type { PoolLogPart } from '@secret-store/api/schemas';
import {
  foundingSchema,
  envelopeSchema,
  type PoolAction,
  PoolLog,
  type PoolTrust,
  SealingError,
  type WrappedKey,
} from '@secret-store/sealing';

import type { z } from 'zod';

/** A pool's log that this worker verified, and what in it is for this worker alone. */
export interface FollowedLog {
  readonly log: PoolLog;
  /** by key id: private keys of the pool, wrapped for this worker */
  readonly given: ReadonlyMap<string, WrappedKey>;
  /** SHA-256 of the marks that go with the entry by which this worker joined; null for none */
  readonly marks: string | null;
}

/** @throws {SealingError} when neither the root nor a worker of the store's first pool founded it */
export const foundLog = (founding: unknown, trust: PoolTrust): FollowedLog => ({
  log: PoolLog.found(parsed(foundingSchema, founding), trust),
  given: new Map(),
  marks: null,
});

/**
 * The log with these entries after those that are held, which stay as they are.
 * @throws {SealingError} when they do not follow, or one may not be there
 */
export const followLog = (held: FollowedLog, entries: readonly unknown[], workerId: string): FollowedLog => {
  const log = held.log.copy();
  const given = new Map(held.given);
  let { marks } = held;
  for (const entry of entries) {
    const { action } = log.append(parsed(envelopeSchema, entry));
    for (const [keyId, wrapped] of givenBy(log, action, workerId)) given.set(keyId, wrapped);
    if (isJoinOf(log, action, workerId)) ({ marks } = action);
  }
  return { log, given, marks };
};

/** The part from its beginning. */
export const followFromFounding = (
  { founding, entries }: PoolLogPart,
  trust: PoolTrust,
  workerId: string,
): FollowedLog => followLog(foundLog(founding, trust), entries, workerId);

/** @param log with the entry */
const givenBy = (log: PoolLog, action: PoolAction, workerId: string): (readonly [string, WrappedKey])[] => {
  if (isJoinOf(log, action, workerId)) return action.keys.map(({ keyId, ...wrapped }) => [keyId, wrapped]);
  if (action.kind !== 'key' || log.currentKey === null) return [];
  const { keyId } = log.currentKey;
  return action.wrapped.flatMap(({ workerId: id, ...wrapped }) => (id === workerId ? [[keyId, wrapped] as const] : []));
};

const isJoinOf = (
  log: PoolLog,
  action: PoolAction,
  workerId: string,
): action is Extract<PoolAction, { readonly kind: 'join' }> =>
  action.kind === 'join' && log.state.members.get(workerId)?.joinedAt === log.head.number;

const parsed = <Output>(schema: z.ZodType<Output>, content: unknown): Output => {
  const { data } = schema.safeParse(content);
  if (data === undefined) throw new SealingError('BAD_RECORD', "the pool's log has an unknown form");
  return data;
};
