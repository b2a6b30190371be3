import { z } from 'zod';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';

const payloadType = 'application/vnd.secret-store.worker-answer.v1+json';

const workerAnswerSchema = z.strictObject({
  checkId: wellFormedText(200),
  outcome: z.enum(['match', 'mismatch', 'not-found', 'failed']),
  /** The provider's version identifier, where the outcome is `match`. */
  version: wellFormedText(1024).nullable(),
  /** Where the outcome is `failed`: why, in words from our own lists. */
  message: z
    .string()
    .max(1000)
    .refine((text) => text.isWellFormed(), { error: 'holds an unpaired surrogate' }),
  /** The configuration key at fault, where a plugin refused one. */
  key: wellFormedText(128).optional(),
});

/** What a worker says to a check: of a throw-away value only whether it is the right one; of anything else nothing. */
export type WorkerAnswer = z.infer<typeof workerAnswerSchema>;

/** @param signer the worker's own key, with which it also signs its requests */
export const signWorkerAnswer = (answer: WorkerAnswer, signer: SigningKey): Envelope =>
  signEnvelope(payloadType, parseJson(workerAnswerSchema, answer, 'the answer'), signer);

/** @throws {SealingError} BAD_SIGNATURE for any edit or another worker; whether it answers the right check is the caller's to compare */
export const verifyWorkerAnswer = (envelope: unknown, workerKey: VerificationKey): WorkerAnswer =>
  verifyEnvelope(payloadType, workerAnswerSchema, envelope, workerKey);
