import type { WorkerStates } from '@secret-store/api/schemas';
import { z } from 'zod';
import type { FailureExitCode } from '../errors/exit-code.ts';

/** The worker's own pool where it is null. */
const poolName = z.string().min(1).max(200).nullable();

/** What a command asks a running worker for: one line of JSON, beside the requests of `exec`. */
export const CommandRequest = z.discriminatedUnion('command', [
  z.strictObject({
    command: z.literal('invite'),
    poolName,
    uses: z.int().min(1),
    seconds: z.int().min(1),
  }),
  z.strictObject({
    command: z.literal('trust'),
    poolName,
    issuer: z.string().min(1).max(500),
    subject: z.string().min(1).max(500),
    /** null: this store's own */
    audience: z.string().min(1).max(500).nullable(),
    /** the issuer's JWKS; null: members ask the issuer */
    keySet: z.string().max(50_000).nullable(),
  }),
  z.strictObject({ command: z.literal('workers') }),
  z.strictObject({ command: z.literal('revoke-worker'), workerId: z.uuid() }),
  z.strictObject({ command: z.literal('rotate-pool-key'), poolName }),
  /** what workers have still to seal again */
  z.strictObject({ command: z.literal('pending') }),
]);
export type CommandRequest = z.infer<typeof CommandRequest>;

export interface ListedWorker {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  /** revoked by the signed log of its pool, or by the store; `unknown`: the store does not know this worker */
  readonly state: WorkerStates[string] | 'unknown';
}

export type CommandAnswer =
  { readonly result: unknown } | { readonly exitCode: FailureExitCode; readonly message: string };
