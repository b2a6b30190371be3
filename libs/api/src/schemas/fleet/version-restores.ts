// Earlier values that workers seal as a new version.
import { z } from 'zod';
import { Envelope } from '../worker.ts';
import { PoolLogPart } from './pool-logs.ts';
import { resealRecipients } from './resealing.ts';

export const WorkerVersionRequest = z.object({
  /** by pool id, how many entries of its log the worker holds */
  held: z.record(z.uuid(), z.int().min(0)),
});
export type WorkerVersionRequest = z.infer<typeof WorkerVersionRequest>;

/** What a worker needs to seal an earlier value as the next version. Nothing in it is believed: the worker verifies all of it. */
export const WorkerVersionTask = z.object({
  /** of the question */
  questionId: z.uuid(),
  backendCertificate: Envelope,
  /** a signed `VersionQuestion` */
  question: Envelope,
  /** of the algorithm: names the secret, its current version and the pools */
  set: Envelope,
  /** of the earlier version */
  record: z.unknown(),
  recipients: resealRecipients,
  /** of the pools that it is sealed to, as far as the worker lacks them */
  logs: z.array(PoolLogPart),
});
export type WorkerVersionTask = z.infer<typeof WorkerVersionTask>;

export const WorkerVersionAnswer = z.object({ task: WorkerVersionTask.nullable() });
export type WorkerVersionAnswer = z.infer<typeof WorkerVersionAnswer>;

/** Why there is no record: the worker has no key that opens it; or it does not believe what it was given. */
export const VersionFailure = z.enum(['no-key', 'refused']);
export type VersionFailure = z.infer<typeof VersionFailure>;

export const GivenVersion = z.object({
  questionId: z.uuid(),
  result: z.union([
    /** signed by who gives it */
    z.object({ record: z.unknown() }).refine(({ record }) => record !== undefined),
    z.object({ failure: VersionFailure }),
  ]),
});
export type GivenVersion = z.infer<typeof GivenVersion>;
