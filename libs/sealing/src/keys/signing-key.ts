import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { JsonObject } from '../encoding/parse-json.ts';
import { exportPrivateJwk, generatePrivateJwk, parsePrivateJwk } from './private-jwk.ts';
import { thumbprint } from './thumbprint.ts';

/** The public half of a signing key: Ed25519 (RFC 8032). */
export interface VerificationKey {
  readonly keyId: string;
  readonly publicKey: string;
  readonly publicHandle: KeyObject;
}

/** An Ed25519 private key. The key itself stays inside the handle: printing this object shows none of it. */
export interface SigningKey {
  readonly keyId: string;
  readonly publicKey: string;
  readonly privateHandle: KeyObject;
}

export async function generateSigningKey(): Promise<SigningKey> {
  return importSigningKey(generatePrivateJwk('Ed25519'));
}

export function importSigningKey(json: unknown): SigningKey {
  const jwk = parsePrivateJwk(json, 'Ed25519');
  return {
    keyId: thumbprint('Ed25519', jwk.x),
    publicKey: jwk.x,
    privateHandle: createPrivateKey({ key: jwk, format: 'jwk' }),
  };
}

/** RFC 8410: an Ed25519 private key in PKCS #8 is this and the 32 bytes of its seed. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param seed the private half (RFC 8032): 32 bytes */
export function importSigningSeed(seed: Uint8Array): SigningKey {
  const key = Buffer.concat([pkcs8Prefix, seed]);
  try {
    return importSigningKey(exportPrivateJwk(createPrivateKey({ key, format: 'der', type: 'pkcs8' })));
  } finally {
    key.fill(0);
  }
}

/** For a file with mode 0400, and in a join token. */
export function exportSigningKey(key: SigningKey): JsonObject {
  return exportPrivateJwk(key.privateHandle);
}

export function verificationKey(publicKey: string): VerificationKey {
  const publicHandle = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return { keyId: thumbprint('Ed25519', publicKey), publicKey, publicHandle };
}

export function signBytes(message: Uint8Array, key: SigningKey): Uint8Array {
  return sign(null, message, key.privateHandle);
}

export function isSignatureOf(signature: Uint8Array, message: Uint8Array, key: VerificationKey): boolean {
  return verify(null, message, key.publicHandle, signature);
}
