// Records that workers seal again.
import { z } from 'zod';
import { Envelope } from '../worker.ts';
import { PoolLogPart } from './pool-logs.ts';

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

/** Keys to seal to, each with its pool. */
export const resealRecipients = z.array(z.object({ poolId: z.uuid(), keyId: z.string() })).min(1);

/** A record to seal to exactly these keys and the root's. Nothing in it is believed: the worker verifies the record and the keys. */
const ResealTask = z.object({
  place: SealedPlace,
  record: z.unknown(),
  recipients: resealRecipients,
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
