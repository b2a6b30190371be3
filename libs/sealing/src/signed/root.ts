import { createHash } from 'node:crypto';
import { z } from 'zod';
import { base64urlBytes } from '../encoding/base64url.ts';
import { encodeFields } from '../encoding/encode-fields.ts';
import { parseJson } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { recipientKey, type RecipientKey } from '../keys/opening-key.ts';
import { verificationKey, type SigningKey, type VerificationKey } from '../keys/signing-key.ts';

export const rootPublicSchema = z.strictObject({
  version: z.literal(1),
  signingPublicKey: base64urlBytes(32),
  recipientPublicKey: base64urlBytes(32),
});
export type RootPublicJson = z.infer<typeof rootPublicSchema>;

/** The public halves of the root: it certifies the other keys, and it is a recipient of everything for recovery. */
export interface RootPublic {
  readonly fingerprint: string;
  readonly verificationKey: VerificationKey;
  readonly recipient: RecipientKey;
}

/**
 * @param expectedFingerprint from a file or setting of this process, never from the source of `json`
 * @throws {SealingError} UNTRUSTED when it is another root
 */
export function parseRootPublic(json: unknown, expectedFingerprint: string): RootPublic {
  const root = parseJson(rootPublicSchema, json, 'the root key');
  const fingerprint = rootFingerprint(root);
  if (fingerprint !== expectedFingerprint.trim()) {
    throw new SealingError(
      'UNTRUSTED',
      'the root key does not have the expected fingerprint: check root.json and the fingerprint',
    );
  }
  return {
    fingerprint,
    verificationKey: verificationKey(root.signingPublicKey),
    recipient: recipientKey(root.recipientPublicKey),
  };
}

/** SHA-256 (hex) over both public keys. */
export function rootFingerprint(root: RootPublicJson): string {
  const fields = ['secret-store root v1', root.signingPublicKey, root.recipientPublicKey];
  return createHash('sha256').update(encodeFields(fields)).digest('hex');
}

export function rootPublicJson(keys: { signingKey: SigningKey; openingKey: RecipientKey }): RootPublicJson {
  return {
    version: 1,
    signingPublicKey: keys.signingKey.publicKey,
    recipientPublicKey: keys.openingKey.publicKey,
  };
}
