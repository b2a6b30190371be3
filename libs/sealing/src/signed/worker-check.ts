import { z } from 'zod';
import { base64urlBytes } from '../encoding/base64url.ts';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';

const payloadType = 'application/vnd.secret-store.worker-check.v1+json';
const hash = base64urlBytes(32);

const workerCheckSchema = z.strictObject({
  checkId: wellFormedText(200),
  providerId: wellFormedText(200),
  configurationHash: hash,
  workerConfigurationHash: hash.nullable(),
  providerKey: wellFormedText(1024),
  context: z.strictObject({
    secretId: wellFormedText(200),
    algorithmId: wellFormedText(200),
    environmentVariable: wellFormedText(128),
    version: z.int().min(1),
  }),
  /** SHA-256 of the throw-away value that the provider should give. */
  expectedHash: hash,
  /** Ask for the version only, of a secret that is stored already; the value is not read. */
  onlyVersion: z.literal(true).optional(),
  /** Milliseconds since 1970. */
  expiresAt: z.int().min(0),
});

/**
 * Asks a worker whether this configuration, which is not active yet, can read a value that was just written, or find a secret
 * that is stored. A worker compares only throw-away values, so that a check reveals nothing about a secret.
 */
export type WorkerCheck = z.infer<typeof workerCheckSchema>;

export function signWorkerCheck(check: WorkerCheck, signer: SigningKey): Envelope {
  return signEnvelope(payloadType, parseJson(workerCheckSchema, check, 'the check'), signer);
}

/** @throws {SealingError} BAD_SIGNATURE for any edit, EXPIRED when its time is over */
export function verifyWorkerCheck(envelope: unknown, signerKey: VerificationKey, now: Date): WorkerCheck {
  const check = verifyEnvelope(payloadType, workerCheckSchema, envelope, signerKey);
  if (check.expiresAt <= now.getTime()) throw new SealingError('EXPIRED', 'the check is too old to be answered');
  return check;
}

/** How a throw-away value begins; what follows is random. No worker says anything of a value that begins otherwise. */
export const throwAwayPrefix = 'secret-store throw-away value ';

export const isThrowAwayValue = (value: string): boolean => value.startsWith(throwAwayPrefix);
