import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';
import { fromBase64url, toBase64url } from '../encoding/base64url.ts';
import type { JsonObject } from '../encoding/parse-json.ts';
import { generatePrivateJwk, parsePrivateJwk } from './private-jwk.ts';
import { thumbprint } from './thumbprint.ts';

/** RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
export const hpkeSuite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);

type HpkeKeyPair = Awaited<ReturnType<typeof hpkeSuite.GenerateKeyPair>>;

/** Whom a value can be sealed to: an X25519 public key (RFC 7748). */
export interface RecipientKey {
  readonly keyId: string;
  readonly publicKey: string;
}

/** An X25519 private key. The key itself stays inside the pair: printing this object shows none of it. */
export interface OpeningKey extends RecipientKey {
  readonly pair: HpkeKeyPair;
}

export async function generateOpeningKey(): Promise<OpeningKey> {
  return importOpeningKey(generatePrivateJwk('X25519'));
}

export async function importOpeningKey(json: unknown): Promise<OpeningKey> {
  const jwk = parsePrivateJwk(json, 'X25519');
  const privateBytes = fromBase64url(jwk.d);
  const [privateKey, publicKey] = await Promise.all([
    hpkeSuite.DeserializePrivateKey(privateBytes, true),
    hpkeSuite.DeserializePublicKey(fromBase64url(jwk.x)),
  ]);
  privateBytes.fill(0);
  return { ...recipientKey(jwk.x), pair: { privateKey, publicKey } };
}

/** For a file with mode 0400, nowhere else. */
export async function exportOpeningKey(key: OpeningKey): Promise<JsonObject> {
  const privateBytes = await hpkeSuite.SerializePrivateKey(key.pair.privateKey);
  const jwk = { kty: 'OKP', crv: 'X25519', x: key.publicKey, d: toBase64url(privateBytes) };
  privateBytes.fill(0);
  return jwk;
}

export function recipientKey(publicKey: string): RecipientKey {
  return { keyId: thumbprint('X25519', publicKey), publicKey };
}
