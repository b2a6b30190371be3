import { z } from 'zod';
import { slug, timestamp } from './text.ts';
import { Envelope } from './worker.ts';

// ---- for administrators ----

const workerStates = ['online', 'offline', 'revoked'] as const;

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
    version: z.int().positive().describe('the number of its present value'),
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

/** How many sealed records of the store workers still have to seal to the present keys of their pools. */
export const ResealingProgress = z.object({ pending: z.int().min(0), total: z.int().min(0) });
export type ResealingProgress = z.infer<typeof ResealingProgress>;

// ---- between workers and backend: the pools' signed logs decide, and nothing here is believed ----

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

// ---- from a machine that is no worker yet: the answers are signed by the backend, over the nonce of the request ----

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

// ---- records that workers seal again ----

/** How many records a worker takes, and gives back, at once. */
export const resealBatchMaximum = 200;

/** Which sealed record: one version of a secret's value, or one of the two configurations of a provider's version. */
export const SealedPlace = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('value'),
    algorithmId: z.uuid(),
    secretId: z.uuid(),
    version: z.int().min(1),
  }),
  z.object({
    kind: z.literal('configuration'),
    providerId: z.uuid(),
    /** of the provider's version */
    number: z.int().min(1),
    /** `workers`: the workers' own values */
    part: z.enum(['shared', 'workers']),
  }),
]);
export type SealedPlace = z.infer<typeof SealedPlace>;

/** A record to seal to exactly these keys and the root's. Nothing in it is believed: the worker verifies the record and the keys. */
const ResealTask = z.object({
  place: SealedPlace,
  record: z.unknown(),
  recipients: z.array(z.object({ poolId: z.uuid(), keyId: z.string() })).min(1),
});
export type ResealTask = z.infer<typeof ResealTask>;

/** How far the sealing of a worker's records is, or that of all. */
export const PendingSummary = z.object({
  /** how many records a worker has still to seal again */
  pending: z.int().min(0),
  /** how many are sealed to keys alone that no worker has any more */
  lost: z.int().min(0),
  /** how many a worker had and could not seal again; 0 while others are pending */
  left: z.int().min(0),
  /** some of those that are lost or left, in words */
  named: z.array(z.string().max(1_000)).max(100),
});
export type PendingSummary = z.infer<typeof PendingSummary>;

/** For the holder of the recovery file: what is pending in all of the store, and the logs of all pools from their foundings on. */
export const RecoverySummary = z.object({ summary: PendingSummary, logs: z.array(PoolLogPart) });
export type RecoverySummary = z.infer<typeof RecoverySummary>;

export const WorkerResealRequest = z.object({
  /** by pool id, how many entries of its log the worker holds */
  held: z.record(z.uuid(), z.int().min(0)),
});
export type WorkerResealRequest = z.infer<typeof WorkerResealRequest>;

export const WorkerResealBatch = z.object({
  backendCertificate: Envelope,
  /** by algorithm id: names the hash of each current value */
  sets: z.record(z.uuid(), Envelope),
  /** of the pools that the records are sealed to, as far as the worker lacks them */
  logs: z.array(PoolLogPart),
  /** none: there is nothing left that this worker could seal again, or others are at it */
  tasks: z.array(ResealTask),
});
export type WorkerResealBatch = z.infer<typeof WorkerResealBatch>;

export const ResealedRecords = z.object({
  records: z
    .array(
      z.object({
        place: SealedPlace,
        /** `sealedRecordHash` of the record that was taken */
        replaces: z.string(),
        /** signed by who gives it */
        record: z.unknown(),
      }),
    )
    .max(resealBatchMaximum),
  /** what the worker refused: it is handed out again later */
  left: z.array(SealedPlace).max(resealBatchMaximum),
});
export type ResealedRecords = z.infer<typeof ResealedRecords>;

const skipReasons = [
  /** a user changed it meanwhile, or another worker was faster */
  'replaced',
  'gone',
  /** the pools, or their keys, are others by now */
  'outdated',
  /** its row or its set was changed outside the store */
  'refused',
] as const;
export type SkipReason = (typeof skipReasons)[number];

export const ResealOutcome = z.object({
  done: z.int().min(0),
  skipped: z.array(z.object({ place: SealedPlace, reason: z.enum(skipReasons) })),
});
export type ResealOutcome = z.infer<typeof ResealOutcome>;
