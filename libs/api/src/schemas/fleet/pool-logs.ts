// Between workers and backend: the signed logs of the pools decide, and nothing here is believed.
import { z } from 'zod';
import { Envelope } from '../worker.ts';
import { workerStates } from './workers.ts';

/** A part of a pool's log, from the entry after `from`. */
export const PoolLogPart = z.object({
  poolId: z.uuid(),
  /** a `PoolFounding` */
  founding: z.unknown(),
  /** how many entries come before */
  from: z.int().min(0),
  entries: z.array(Envelope),
});
export type PoolLogPart = z.infer<typeof PoolLogPart>;

/** Short text without control characters. */
const printable = z.string().regex(/^[\x20-\x7e]{0,200}$/);

/** With which a worker asks for what there is to do in its pool. */
export const WorkerFleetRequest = z.object({
  /** by pool id, how many entries of its log the worker holds; a pool that is missing is not held yet */
  held: z.record(z.uuid(), z.int().min(0)),
  name: z.string().max(200),
  version: printable,
  isolation: printable,
});
export type WorkerFleetRequest = z.infer<typeof WorkerFleetRequest>;

/** A worker that waits to be let in: by a join token, or by an identity. */
export const WaitingJoin = z.object({
  workerId: z.uuid(),
  request: Envelope.nullable(),
  sealed: z.unknown(),
});
export type WaitingJoin = z.infer<typeof WaitingJoin>;

export const WorkerFleetAnswer = z.object({
  /** those of the worker's own pool, the store's first pool and the pools that it took in, as far as the worker lacks them */
  logs: z.array(PoolLogPart),
  /** that wait for a member of the worker's pool */
  joins: z.array(WaitingJoin),
  /** ids of members of its pool that an administrator revoked, which the pool's log does not have yet */
  revocations: z.array(z.uuid()),
  /** for a member of the store's first pool: ids of pools with a key that it has not taken in */
  admissions: z.array(z.uuid()),
  /** how many values this worker could re-seal */
  pending: z.int().min(0),
  /** by pool id, how many entries the backend has of a log of which the worker holds more: it hands the others over */
  lacking: z.record(z.uuid(), z.int().min(0)).default({}),
});
export type WorkerFleetAnswer = z.infer<typeof WorkerFleetAnswer>;

/** By worker id, of the pools that the asking worker knows: what the backend sees. */
export const WorkerStates = z.record(z.uuid(), z.enum(workerStates));
export type WorkerStates = z.infer<typeof WorkerStates>;

/** Entries that a worker, a token or the root signed, to add to a pool's log: all of them or none. */
export const PoolLogAddition = PoolLogPart.extend({
  /** by worker id, what goes with the entries by which these workers join: JSON whose hash the entry has */
  marks: z.record(z.uuid(), z.string().max(64 * 1024 * 1024)).default({}),
});
export type PoolLogAddition = z.input<typeof PoolLogAddition>;

/** Why a member does not let a worker in, which that worker is told. */
export const JoinRefusal = z.object({ workerId: z.uuid(), reason: z.string().regex(/^[^\p{Cc}]{1,500}$/u) });
export type JoinRefusal = z.infer<typeof JoinRefusal>;
