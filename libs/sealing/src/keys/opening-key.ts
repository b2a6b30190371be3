import { createPrivateKey, type KeyObject } from 'node:crypto';
import { fromBase64url } from '../encoding/base64url.ts';
import type { JsonObject } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { publicKeyOf, type PublicKey } from '../hpke/dhkem.ts';
import { exportPrivateJwk, generatePrivateJwk, parsePrivateJwk } from './private-jwk.ts';
import { thumbprint } from './thumbprint.ts';

/** Whom a value can be sealed to: an X25519 public key (RFC 7748). */
export interface RecipientKey {
  readonly keyId: string;
  readonly publicKey: string;
}

/** An X25519 private key. The key itself stays inside the handle: printing this object shows none of it. */
export interface OpeningKey extends RecipientKey {
  readonly privateHandle: KeyObject;
}

export async function generateOpeningKey(): Promise<OpeningKey> {
  return importOpeningKey(generatePrivateJwk('X25519'));
}

export async function importOpeningKey(json: unknown): Promise<OpeningKey> {
  const jwk = parsePrivateJwk(json, 'X25519');
  return { ...recipientKey(jwk.x), privateHandle: createPrivateKey({ key: jwk, format: 'jwk' }) };
}

/** For a file with mode 0400, nowhere else. */
export async function exportOpeningKey(key: OpeningKey): Promise<JsonObject> {
  return exportPrivateJwk(key.privateHandle);
}

export function recipientKey(publicKey: string): RecipientKey {
  return { keyId: thumbprint('X25519', publicKey), publicKey };
}

const imported = new WeakMap<RecipientKey, PublicKey>();

/**
 * The recipient's public key for HPKE, imported once.
 * @throws {SealingError} BAD_KEY when the key id is not that of the public key
 */
export function importRecipient(recipient: RecipientKey): PublicKey {
  const known = imported.get(recipient);
  if (known) return known;
  if (recipient.keyId !== thumbprint('X25519', recipient.publicKey)) {
    throw new SealingError('BAD_KEY', "a recipient's key id is not that of its public key");
  }
  const key = publicKeyOf(fromBase64url(recipient.publicKey));
  imported.set(recipient, key);
  return key;
}
