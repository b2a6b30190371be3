import { z } from 'zod';
import { base64urlBytes } from '../encoding/base64url.ts';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import type { SigningKey, VerificationKey } from '../keys/signing-key.ts';
import { payloadHash, signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';

const payloadType = 'application/vnd.secret-store.provider-activation.v1+json';
const recordHash = base64urlBytes(32);

const providerActivationSchema = z.strictObject({
  providerId: wellFormedText(200),
  /** The activation number: grows with each activation, also with one that goes back to an earlier configuration. */
  number: z.int().min(1),
  /** `sealedRecordHash` of the current configuration; null for the internal provider, which has none. */
  configurationHash: recordHash.nullable(),
  /** Of the workers' own credentials; null where the configuration serves both sides. */
  workerConfigurationHash: recordHash.nullable(),
  /** How old a worker's last look at the vault's version of a secret may be; left out: the default. */
  checkSeconds: z.int().min(0).optional(),
  /** How long what a worker knows of a secret serves while it cannot ask; left out: the default. */
  staleSeconds: z.int().min(0).optional(),
});

/**
 * Names the sealed configuration of a provider that is current. Earlier records are kept, so that a provider can be
 * rolled back; a worker follows the activation, and never one with a lower number than it has seen.
 */
export type ProviderActivation = z.infer<typeof providerActivationSchema>;

export function signActivation(activation: ProviderActivation, signer: SigningKey): Envelope {
  return signEnvelope(payloadType, parseJson(providerActivationSchema, activation, 'the activation'), signer);
}

/** @throws {SealingError} BAD_SIGNATURE for any edit; whether it is the right provider's is the caller's to compare */
export function verifyActivation(envelope: unknown, signerKey: VerificationKey): ProviderActivation {
  return verifyEnvelope(payloadType, providerActivationSchema, envelope, signerKey);
}

/** SHA-256 (hex) over the signed bytes of an activation that was verified: by it a restore names the active one. */
export function activationHash(envelope: unknown): string {
  return payloadHash(envelope);
}
