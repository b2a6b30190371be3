import { z } from 'zod';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';

const Refusal = z.object({
  error: z.object({ data: z.object({ secretStore: z.object({ id: z.string().max(100), code: z.number().int() }) }) }),
});

/** What a refusal of the backend means to who called `exec`, by the codes of the API. */
export const backendRefusal = (status: number, body: unknown): ResolveFailure => {
  const refusal = Refusal.safeParse(body);
  if (!refusal.success) {
    return new ResolveFailure(exitCode.unavailable, `the backend answered with status ${status}: look into its log`);
  }
  const { code, id } = refusal.data.error.data.secretStore;
  const known = meanings.get(code);
  if (known) return new ResolveFailure(known.exitCode, known.message);
  return new ResolveFailure(exitCode.unavailable, `the backend refused with code ${code}: its log has the cause under ${id}`);
};

const meanings = new Map<number, Pick<ResolveFailure, 'exitCode' | 'message'>>([
  [1000, { exitCode: exitCode.configuration, message: 'there is no such algorithm: see its owner and name in the panel' }],
  [
    2000,
    {
      exitCode: exitCode.noPermission,
      message: 'the backend does not take this worker: it was revoked, belongs to another store, or its clock is wrong',
    },
  ],
  [2001, { exitCode: exitCode.noPermission, message: "this worker may not: the algorithm does not run in the worker's pool" }],
]);
