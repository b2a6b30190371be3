import { createHash } from 'node:crypto';

export type Curve = 'Ed25519' | 'X25519';

/** The id of a public key: its JWK thumbprint (RFC 7638, RFC 8037), so that an id names one curve and one key. */
export function thumbprint(curve: Curve, publicKey: string): string {
  return createHash('sha256').update(`{"crv":"${curve}","kty":"OKP","x":"${publicKey}"}`).digest('base64url');
}
