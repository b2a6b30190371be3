import { z } from 'zod';
import { base64urlBytes, fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { encodeFields } from '../encoding/encode-fields.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { aes256Gcm, createBaseMode } from '../hpke/base-mode.ts';
import {
  exportOpeningKey,
  importOpeningKey,
  importRecipient,
  type OpeningKey,
  type RecipientKey,
} from '../keys/opening-key.ts';
import { parsePrivateJwk } from '../keys/private-jwk.ts';

const privateKeyBytes = 32;
const tagBytes = 16;

export const wrappedKeySchema = z.strictObject({
  encapsulatedKey: base64urlBytes(privateKeyBytes),
  wrappedKey: base64urlBytes(privateKeyBytes + tagBytes),
});
/** A pool's private key that one worker alone can open. */
export type WrappedKey = z.infer<typeof wrappedKeySchema>;

/** HPKE base mode (RFC 9180). It authenticates nobody: the signature of the entry that holds the wrapped key does. */
const hpke = createBaseMode(aes256Gcm, Buffer.from('secret-store pool key v1', 'utf8'));

/** Whom a wrapped key is for. */
export interface WrappingPlace {
  readonly poolId: string;
  readonly workerId: string;
}

export async function wrapPoolKey(key: OpeningKey, place: WrappingPlace, recipient: RecipientKey): Promise<WrappedKey> {
  const { d } = parsePrivateJwk(await exportOpeningKey(key), 'X25519');
  const privateBytes = fromBase64url(d);
  try {
    const sealed = hpke.seal(importRecipient(recipient), privateBytes, associatedData(place, key));
    return { encapsulatedKey: toBase64url(sealed.encapsulatedKey), wrappedKey: toBase64url(sealed.ciphertext) };
  } finally {
    privateBytes.fill(0);
  }
}

/**
 * @param poolKey the public half, from the pool's log @param own the worker's recipient key
 * @throws {SealingError} BAD_CIPHERTEXT for another worker, pool or key, BAD_KEY when it is not the private half
 */
export async function unwrapPoolKey(
  { encapsulatedKey, wrappedKey }: WrappedKey,
  place: WrappingPlace,
  poolKey: RecipientKey,
  own: OpeningKey,
): Promise<OpeningKey> {
  const privateBytes = opened(
    { encapsulatedKey: fromBase64url(encapsulatedKey), ciphertext: fromBase64url(wrappedKey) },
    associatedData(place, poolKey),
    own,
  );
  try {
    return await importOpeningKey({
      kty: 'OKP',
      crv: 'X25519',
      x: poolKey.publicKey,
      d: toBase64url(privateBytes),
    });
  } finally {
    privateBytes.fill(0);
  }
}

function opened(sealed: Parameters<typeof hpke.open>[1], associated: Uint8Array, own: OpeningKey): Buffer {
  try {
    return hpke.open({ handle: own.privateHandle, publicBytes: fromBase64url(own.publicKey) }, sealed, associated);
  } catch (cause) {
    throw new SealingError('BAD_CIPHERTEXT', 'the wrapped pool key does not open under this key', { cause });
  }
}

function associatedData({ poolId, workerId }: WrappingPlace, { keyId }: RecipientKey): Uint8Array {
  return encodeFields(['secret-store wrapped pool key v1', poolId, workerId, keyId]);
}
