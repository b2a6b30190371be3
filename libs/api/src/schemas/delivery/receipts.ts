import { z } from 'zod';
import { Envelope } from '../worker.ts';

/** Why a worker cannot read a secret, beside the failures of plugins. Words of a list, so that nothing else travels. */
export const readProblems = [
  /** the vault does not have it */
  'not-found',
  /** the configuration of its provider is refused */
  'configuration',
  /** the module of its provider is refused */
  'module',
  /** plugins cannot run isolated enough on the worker */
  'isolation',
  /** its sealed record is refused */
  'record',
  /** its sealed record is for other keys than this worker has: members of its pools seal it again */
  'not-sealed',
  /** the worker's log has more */
  'other',
] as const;
export type ReadProblem = (typeof readProblems)[number];

/** Receipts, and algorithms, of one request. */
export const receiptsMaximum = 200;

/** What a worker says of the algorithms of its pool. Believed only as far as its signatures go. */
export const WorkerReceipts = z.object({
  receipts: z
    .array(
      z.object({
        /** a `WorkerReceipt`, signed by this worker */
        receipt: Envelope,
        /** milliseconds since the worker was ready with it */
        age: z.int().min(0),
      }),
    )
    .max(receiptsMaximum),
  /** ids of algorithms that are gone, or that its pool no longer runs */
  gone: z.array(z.uuid()).max(receiptsMaximum),
  /** SHA-256 (hex) over what the worker believes the store to have of it, to ask whether it does; null: not asked */
  kept: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
});
export type WorkerReceipts = z.infer<typeof WorkerReceipts>;

export const WorkerReceiptsAnswer = z.object({
  /** ids of algorithms that the pool does not run: their receipts were not taken */
  refused: z.array(z.uuid()),
  /** the store has something else than `kept`: it has to be told everything */
  again: z.boolean(),
});
export type WorkerReceiptsAnswer = z.infer<typeof WorkerReceiptsAnswer>;
