import { z } from 'zod';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { signEnvelope, verifyEnvelope, type Envelope } from '../signed/envelope.ts';

const payloadType = 'application/vnd.secret-store.pool-question.v1+json';

const questionSchema = z.union([
  z.strictObject({ poolName: wellFormedText(200) }),
  z.strictObject({ workerId: wellFormedText(200) }),
]);

/** Whose log is asked for: that of the pool with this name, or of the pool that this worker is or was in. */
export type PoolQuestion = z.infer<typeof questionSchema>;

/** @param signer the root, or a worker of the store's first pool: nobody else is told of a pool whose id they do not know */
export function signPoolQuestion(question: PoolQuestion, signer: SigningKey): Envelope {
  return signEnvelope(payloadType, parseJson(questionSchema, question, 'the question'), signer);
}

/** @throws {SealingError} BAD_SIGNATURE for another signer or any edit */
export function verifyPoolQuestion(envelope: unknown, signer: VerificationKey): PoolQuestion {
  return verifyEnvelope(payloadType, questionSchema, envelope, signer);
}
