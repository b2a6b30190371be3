// From a machine that is no worker yet: the backend signs the answers, over the nonce of the request.
import { z } from 'zod';
import { Envelope } from '../worker.ts';
import { PoolLogPart } from './pool-logs.ts';

/** The pool of a join token; or what a `PoolQuestion` names, signed by the root or by a worker of the store's first pool. */
export const JoinPoolRequest = z.union([z.strictObject({ poolId: z.uuid() }), z.strictObject({ question: Envelope })]);
export type JoinPoolRequest = z.infer<typeof JoinPoolRequest>;

export const JoinPoolAnswer = z.object({
  /** a `RootPublicJson`: believed only by its fingerprint, which the token has */
  root: z.unknown(),
  pool: z.object({ id: z.uuid(), name: z.string() }),
  /** that of the store's first pool, and that of this pool unless it is the first or has none yet; from the founding on */
  logs: z.array(PoolLogPart),
});
export type JoinPoolAnswer = z.infer<typeof JoinPoolAnswer>;

/** Asked again with the same request, it says the same. */
export const JoinAskRequest = z.strictObject({
  poolId: z.uuid(),
  workerId: z.uuid(),
  /** signed by the join token; null where an identity lets the worker in */
  request: Envelope.nullable(),
  /** the request and the identity's token, sealed to the pool's key; null for a join token */
  sealed: z.unknown(),
});
export type JoinAskRequest = z.infer<typeof JoinAskRequest>;

export const JoinStateRequest = z.strictObject({ workerId: z.uuid() });
export type JoinStateRequest = z.infer<typeof JoinStateRequest>;

export const JoinStateAnswer = z.object({
  state: z.enum(['waiting', 'joined', 'refused']),
  /** where it is refused: why */
  reason: z.string().nullable(),
  /** where it has joined: what the member handed over, whose hash its entry in the log has; null for a pool's first worker */
  marks: z.string().nullable(),
});
export type JoinStateAnswer = z.infer<typeof JoinStateAnswer>;
