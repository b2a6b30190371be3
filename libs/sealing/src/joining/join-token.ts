import { canonicalBytes, toBase64url } from '../encoding/base64url.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { fromBase64url } from '../encoding/base64url.ts';
import { exportSigningKey, importSigningSeed, type SigningKey } from '../keys/signing-key.ts';
import { parsePrivateJwk } from '../keys/private-jwk.ts';

const prefix = 'ssjoin_';
const version = 1;
const uuidBytes = 16;
const hashBytes = 32;
const seedBytes = 32;
const tokenBytes = 1 + hashBytes + uuidBytes + hashBytes + seedBytes;

/** What a join token says: whom to trust, which pool lets its holder in, and how far that pool's log is at least. */
export interface JoinToken {
  /** hex */
  readonly rootFingerprint: string;
  readonly poolId: string;
  /** `hash` of the head of the pool's log that has the invitation: a log without it is an older one */
  readonly head: string;
  /** one-time: signs the keys of the new worker */
  readonly key: SigningKey;
}

/** One line of text. Its holder joins: it is as secret as a password until it is used up. */
export function encodeJoinToken({ rootFingerprint, poolId, head, key }: JoinToken): string {
  const { d } = parsePrivateJwk(exportSigningKey(key), 'Ed25519');
  const bytes = Buffer.concat([
    Buffer.of(version),
    Buffer.from(rootFingerprint, 'hex'),
    Buffer.from(poolId.replaceAll('-', ''), 'hex'),
    Buffer.from(head, 'hex'),
    fromBase64url(d),
  ]);
  return `${prefix}${toBase64url(bytes)}`;
}

/** @throws {SealingError} BAD_RECORD when it is not a join token, or only a part of one */
export function parseJoinToken(text: string): JoinToken {
  const trimmed = text.trim();
  const bytes = trimmed.startsWith(prefix)
    ? canonicalBytes(trimmed.slice(prefix.length), tokenBytes, tokenBytes)
    : null;
  if (bytes === null || bytes[0] !== version)
    throw new SealingError('BAD_RECORD', `this is not a join token: copy all of it, from ${prefix} on`);
  let offset = 1;
  const take = (length: number): Buffer => bytes.subarray(offset, (offset += length));
  return {
    rootFingerprint: take(hashBytes).toString('hex'),
    poolId: uuidOf(take(uuidBytes).toString('hex')),
    head: take(hashBytes).toString('hex'),
    key: importSigningSeed(take(seedBytes)),
  };
}

export function uuidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
