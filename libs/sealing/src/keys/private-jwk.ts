import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { base64urlBytes } from '../encoding/base64url.ts';
import { parseJson } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import type { Curve } from './thumbprint.ts';

const keyBytes = 32;

const privateJwkSchema = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.enum(['Ed25519', 'X25519']),
  x: base64urlBytes(keyBytes),
  d: base64urlBytes(keyBytes),
});
export type PrivateJwk = z.infer<typeof privateJwkSchema>;

/** A private key as a JWK (RFC 8037). Refuses another curve, and a public half that is not of this private half. */
export function parsePrivateJwk(json: unknown, curve: Curve): PrivateJwk {
  const jwk = parseJson(privateJwkSchema, json, 'the private key', 'BAD_KEY');
  if (jwk.crv !== curve) throw new SealingError('BAD_KEY', `the private key is not for ${curve}`);
  if (publicHalfOf(jwk) !== jwk.x)
    throw new SealingError('BAD_KEY', 'the public half does not belong to the private key');
  return jwk;
}

/** Node 26 refuses halves that do not belong together; earlier versions ignore the public one. */
function publicHalfOf(jwk: PrivateJwk): string | undefined {
  try {
    return createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' })).export({ format: 'jwk' }).x;
  } catch {
    return undefined;
  }
}

export function generatePrivateJwk(curve: Curve): PrivateJwk {
  // Two calls, because the overloads of generateKeyPairSync take one curve each.
  const { privateKey } = curve === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
  return exportPrivateJwk(privateKey);
}

export function exportPrivateJwk(privateKey: KeyObject): PrivateJwk {
  return privateJwkSchema.parse(privateKey.export({ format: 'jwk' }));
}
