import { z } from 'zod';
import { base64urlBytes } from '../encoding/base64url.ts';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';

const payloadType = 'application/vnd.secret-store.version-question.v1+json';

const versionQuestionSchema = z.strictObject({
  questionId: wellFormedText(200),
  algorithmId: wellFormedText(200),
  secretId: wellFormedText(200),
  /** Whose value is to be sealed. */
  version: z.int().min(1),
  /** `sealedRecordHash` of that value's record. */
  hash: base64urlBytes(32),
  /** The version that the algorithm gets now: the value is sealed as the one after it. */
  current: z.int().min(2),
  /** Milliseconds since 1970. */
  expiresAt: z.int().min(0),
});

/** Asks a worker to seal the value of an earlier version as the next version of the same secret. */
export type VersionQuestion = z.infer<typeof versionQuestionSchema>;

export function signVersionQuestion(question: VersionQuestion, signer: SigningKey): Envelope {
  return signEnvelope(payloadType, parseJson(versionQuestionSchema, question, 'the question'), signer);
}

/** @throws {SealingError} BAD_SIGNATURE for any edit, EXPIRED when its time is over */
export function verifyVersionQuestion(envelope: unknown, signerKey: VerificationKey, now: Date): VersionQuestion {
  const question = verifyEnvelope(payloadType, versionQuestionSchema, envelope, signerKey);
  if (question.expiresAt <= now.getTime()) throw new SealingError('EXPIRED', 'the question is too old to be answered');
  return question;
}
