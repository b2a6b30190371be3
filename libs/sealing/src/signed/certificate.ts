import { z } from 'zod';
import { base64urlBytes } from '../encoding/base64url.ts';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { recipientKey, type RecipientKey } from '../keys/opening-key.ts';
import { verificationKey, type SigningKey, type VerificationKey } from '../keys/signing-key.ts';
import { thumbprint } from '../keys/thumbprint.ts';
import { keyIdSchema, signEnvelope, verifyEnvelope, type Envelope } from './envelope.ts';
import type { RootPublic } from './root.ts';

const payloadType = 'application/vnd.secret-store.certificate.v1+json';

const certificateSchema = z
  .strictObject({
    role: z.enum(['backend', 'pool', 'worker']),
    /** The backend's, pool's or worker's id. */
    subjectId: wellFormedText(200),
    /** The pool of a worker. */
    poolId: wellFormedText(200).optional(),
    keyId: keyIdSchema,
    publicKey: base64urlBytes(32),
    issuedAt: z.iso.datetime(),
  })
  .refine(({ role, keyId, publicKey }) => keyId === thumbprint(curveOf(role), publicKey), {
    error: 'the key id is not that of the public key',
    path: ['keyId'],
  })
  .refine(({ role, poolId }) => (role === 'worker') === (poolId !== undefined), {
    error: 'a worker has a pool, nothing else has',
    path: ['poolId'],
  });

/** The root's word that a key is the backend's, a pool's or a worker's. A pool's key is X25519, the others Ed25519. */
export type Certificate = z.infer<typeof certificateSchema>;
export type Role = Certificate['role'];

export function certify(rootKey: SigningKey, claims: Certificate): Envelope {
  const { poolId, ...rest } = parseJson(certificateSchema, claims, 'the certificate');
  return signEnvelope(payloadType, poolId === undefined ? rest : { ...rest, poolId }, rootKey);
}

/** @throws {SealingError} BAD_SIGNATURE when the root did not sign it, UNTRUSTED when it is for another role */
export function verifyCertificate(envelope: unknown, root: RootPublic, role: Role): Certificate {
  const certificate = verifyEnvelope(payloadType, certificateSchema, envelope, root.verificationKey);
  if (certificate.role !== role) throw new SealingError('UNTRUSTED', `the certificate is not for the role ${role}`);
  return certificate;
}

/** The key of a backend's or worker's certificate. */
export function verificationKeyOf(certificate: Certificate): VerificationKey {
  if (certificate.role === 'pool') throw new SealingError('UNTRUSTED', 'a pool key does not sign');
  return verificationKey(certificate.publicKey);
}

/** More than a root certifies. */
const rememberedMaximum = 100;
const backendKeys = new WeakMap<RootPublic, Map<string, VerificationKey>>();

/**
 * The key of a backend, by its certificate. A certificate that was verified is not verified again.
 * @throws {SealingError} as `verifyCertificate`
 */
export function backendKeyOf(envelope: unknown, root: RootPublic): VerificationKey {
  const known = backendKeys.get(root) ?? new Map<string, VerificationKey>();
  backendKeys.set(root, known);
  const text = JSON.stringify(envelope);
  const key = known.get(text) ?? verificationKeyOf(verifyCertificate(envelope, root, 'backend'));
  if (known.size < rememberedMaximum) known.set(text, key);
  return key;
}

/** The key of a pool's certificate. */
export function recipientKeyOf(certificate: Certificate): RecipientKey {
  if (certificate.role !== 'pool') throw new SealingError('UNTRUSTED', 'values are sealed only to pool keys');
  return recipientKey(certificate.publicKey);
}

function curveOf(role: 'backend' | 'pool' | 'worker') {
  return role === 'pool' ? 'X25519' : 'Ed25519';
}
