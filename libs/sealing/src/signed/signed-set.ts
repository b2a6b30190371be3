import { z } from 'zod';
import { base64urlBytes } from '../encoding/base64url.ts';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';

const payloadType = 'application/vnd.secret-store.set.v1+json';
const maximumSecrets = 10_000;

const setEntrySchema = z.strictObject({
  secretId: wellFormedText(200),
  environmentVariable: wellFormedText(128),
  version: z.int().min(1),
  providerId: wellFormedText(200),
  providerKey: wellFormedText(1024),
  /** Of the sealed record of an internal value; null where a plugin's vault has the value. */
  sealedHash: base64urlBytes(32).nullable(),
  /** There for a secret that others keep: it is read, and never updated or deleted. */
  reference: z.literal(true).optional(),
});

const setBodySchema = z.strictObject({
  algorithmId: wellFormedText(200),
  owner: wellFormedText(200),
  name: wellFormedText(200),
  number: z.int().min(1),
  secrets: z
    .array(setEntrySchema)
    .max(maximumSecrets)
    .refine((secrets) => isDistinct(secrets.map(({ secretId }) => secretId)), { error: 'holds a secret twice' })
    .refine((secrets) => isDistinct(secrets.map(({ environmentVariable }) => environmentVariable)), {
      error: 'holds a variable twice',
    }),
});

export type SetEntry = z.infer<typeof setEntrySchema>;
/** All that an algorithm gets. A worker takes it whole or not at all, and never a lower number than it has seen. */
export type SetBody = z.infer<typeof setBodySchema>;

export function signSet(body: SetBody, signer: SigningKey): Envelope {
  return signEnvelope(payloadType, parseJson(setBodySchema, body, 'the set'), signer);
}

/** @throws {SealingError} BAD_SIGNATURE for any edit; whether it is the set of the right algorithm is the caller's to compare */
export function verifySet(envelope: unknown, signerKey: VerificationKey): SetBody {
  return verifyEnvelope(payloadType, setBodySchema, envelope, signerKey);
}

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
