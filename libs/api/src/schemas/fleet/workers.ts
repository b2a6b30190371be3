// For administrators.
import { z } from 'zod';
import { slug, timestamp } from '../text.ts';

export const workerStates = ['online', 'offline', 'revoked'] as const;

export const WorkerInfo = z
  .object({
    id: z.uuid(),
    name: z.string(),
    /** its name */
    pool: z.string(),
    state: z.enum(workerStates),
    /** null before its first request */
    lastSeen: timestamp.nullable(),
    created: timestamp,
    /** of its program, as the worker says; null before it said so */
    version: z.string().nullable(),
    /** how it isolates plugins, as the worker says; null before it said so */
    isolation: z.string().nullable(),
  })
  .meta({ id: 'WorkerInfo' });
export type WorkerInfo = z.infer<typeof WorkerInfo>;

export const WorkerList = z.object({ results: z.array(WorkerInfo) }).meta({ id: 'WorkerList' });
export type WorkerList = z.infer<typeof WorkerList>;

export const PoolRequest = z.strictObject({ name: slug }).meta({ id: 'PoolRequest' });
export type PoolRequest = z.infer<typeof PoolRequest>;

export const PoolInfo = z
  .object({
    id: z.uuid(),
    name: z.string(),
    /** what values for the pool are sealed to; null until its first worker joined */
    keyId: z.string().nullable(),
    /** how many workers it has, without the revoked ones */
    workers: z.number().int(),
    /** how many algorithms run in it */
    algorithms: z.number().int(),
    created: timestamp,
  })
  .meta({ id: 'PoolInfo' });
export type PoolInfo = z.infer<typeof PoolInfo>;

export const PoolList = z.object({ results: z.array(PoolInfo) }).meta({ id: 'PoolList' });
export type PoolList = z.infer<typeof PoolList>;

export const AlgorithmPoolsRequest = z
  .strictObject({ pools: z.array(slug).min(1, 'must name at least one pool').max(20) })
  .meta({ id: 'AlgorithmPoolsRequest' });
export type AlgorithmPoolsRequest = z.infer<typeof AlgorithmPoolsRequest>;

export const AlgorithmPools = z
  .object({
    /** names */
    pools: z.array(z.string()),
    /** how many values are not sealed to exactly these pools yet */
    pending: z.number().int(),
  })
  .meta({ id: 'AlgorithmPools' });
export type AlgorithmPools = z.infer<typeof AlgorithmPools>;

/** A worker as its own page shows it. */
export const WorkerDetails = WorkerInfo.extend({
  /** when an administrator or its pool ended it; null: it was not revoked */
  revoked: timestamp.nullable(),
  /** whether its end stands in the signed log of its pool: from then on, the pool has a key that it does not know */
  isRevocationFinal: z.boolean(),
  /** when two copies of its folder were found: it has to join again; null: none were */
  stopped: timestamp.nullable(),
  /** the name of the worker that let it in; null: the root did, or nobody who is known any more */
  letInBy: z.string().nullable(),
});
export type WorkerDetails = z.infer<typeof WorkerDetails>;

/** A secret whose present value the worker could have read. */
export const ExposedSecret = z
  .object({
    secretId: z.uuid(),
    algorithmId: z.uuid(),
    owner: z.string(),
    name: z.string().describe("the algorithm's"),
    environmentVariable: z.string(),
    version: z.int().positive().describe('the number of its current value'),
    providerId: z.uuid(),
    isReference: z.boolean().describe('it points to a secret that others keep: change the value in the vault'),
  })
  .meta({ id: 'ExposedSecret' });
export type ExposedSecret = z.infer<typeof ExposedSecret>;

export const ExposedSecretPage = z
  .object({
    results: z.array(ExposedSecret),
    marker: z.string().nullable(),
    total: z.int().min(0).describe('how many secrets of today the worker could read before it was revoked'),
    changed: z.int().min(0).describe('how many of them have another value since then'),
    providers: z
      .array(z.object({ id: z.uuid(), name: z.string() }))
      .describe('vaults whose credential the worker could read, and that have no other configuration since then'),
  })
  .meta({ id: 'ExposedSecretPage' });
export type ExposedSecretPage = z.infer<typeof ExposedSecretPage>;

/** How many sealed records of the store workers still have to seal to the current keys of their pools. */
export const ResealingProgress = z.object({ pending: z.int().min(0), total: z.int().min(0) });
export type ResealingProgress = z.infer<typeof ResealingProgress>;
