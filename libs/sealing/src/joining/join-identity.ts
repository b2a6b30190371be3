import { z } from 'zod';
import { base64urlBytes, canonicalBytes, fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { encodeFields } from '../encoding/encode-fields.ts';
import { parseJson, wellFormedText } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { aes256Gcm, createBaseMode } from '../hpke/base-mode.ts';
import { importRecipient, type OpeningKey, type RecipientKey } from '../keys/opening-key.ts';
import { envelopeSchema, keyIdSchema } from '../signed/envelope.ts';
import { uuidOf } from './join-token.ts';

const prefix = 'ssidentity_';
const version = 1;
const uuidBytes = 16;
const hashBytes = 32;
const textBytes = 1 + hashBytes + uuidBytes + hashBytes + uuidBytes;
const maximumTokenCharacters = 16_000;

/** Which identity lets workers into which pool. It is no secret: who joins shows a token of the issuer. */
export interface JoinIdentity {
  /** hex */
  readonly rootFingerprint: string;
  readonly poolId: string;
  /** `hash` of the head of the pool's log that trusts the identity: a log without it is an older one */
  readonly head: string;
  readonly identityId: string;
}

export function encodeJoinIdentity({ rootFingerprint, poolId, head, identityId }: JoinIdentity): string {
  const hex = (text: string) => Buffer.from(text.replaceAll('-', ''), 'hex');
  return `${prefix}${toBase64url(Buffer.concat([Buffer.of(version), ...[rootFingerprint, poolId, head, identityId].map(hex)]))}`;
}

export function isJoinIdentity(text: string): boolean {
  return text.trim().startsWith(prefix);
}

/** @throws {SealingError} BAD_RECORD when it is none, or only a part of one */
export function parseJoinIdentity(text: string): JoinIdentity {
  const trimmed = text.trim();
  const bytes = isJoinIdentity(trimmed) ? canonicalBytes(trimmed.slice(prefix.length), textBytes, textBytes) : null;
  if (bytes === null || bytes[0] !== version)
    throw new SealingError('BAD_RECORD', `this is not a join identity: copy all of it, from ${prefix} on`);
  let offset = 1;
  const take = (length: number): string => bytes.subarray(offset, (offset += length)).toString('hex');
  return {
    rootFingerprint: take(hashBytes),
    poolId: uuidOf(take(uuidBytes)),
    head: take(hashBytes),
    identityId: uuidOf(take(uuidBytes)),
  };
}

/** Whom a sealed request is for, and of whom. */
interface JoinPlace {
  readonly poolId: string;
  readonly workerId: string;
}

const contentSchema = z.strictObject({
  identityId: wellFormedText(200),
  /** of the issuer: a JWT */
  token: wellFormedText(maximumTokenCharacters),
  /** signed by the new worker's own key */
  request: envelopeSchema,
});
export type IdentityJoin = z.infer<typeof contentSchema>;

const sealedSchema = z.strictObject({
  keyId: keyIdSchema,
  encapsulatedKey: base64urlBytes(32),
  ciphertext: base64urlBytes(16, 64 * 1024),
});
export type SealedIdentityJoin = z.infer<typeof sealedSchema>;

/** HPKE base mode (RFC 9180). What is sealed proves itself: by the issuer's signature and by that of the new worker. */
const hpke = createBaseMode(aes256Gcm, Buffer.from('secret-store join identity v1', 'utf8'));

/** For members of the pool alone: the machine that relays the token could use it for another worker. */
export function sealIdentityJoin(join: IdentityJoin, place: JoinPlace, poolKey: RecipientKey): SealedIdentityJoin {
  const plaintext = Buffer.from(JSON.stringify(parseJson(contentSchema, join, 'the request to join')), 'utf8');
  const sealed = hpke.seal(importRecipient(poolKey), plaintext, associatedData(place, poolKey.keyId));
  return {
    keyId: poolKey.keyId,
    encapsulatedKey: toBase64url(sealed.encapsulatedKey),
    ciphertext: toBase64url(sealed.ciphertext),
  };
}

/** @throws {SealingError} NO_KEY, BAD_CIPHERTEXT for another pool or worker, BAD_RECORD for another form */
export function openIdentityJoin(json: unknown, place: JoinPlace, poolKeys: readonly OpeningKey[]): IdentityJoin {
  const sealed = parseJson(sealedSchema, json, 'the sealed request to join');
  const key = poolKeys.find(({ keyId }) => keyId === sealed.keyId);
  if (key === undefined)
    throw new SealingError('NO_KEY', 'the request to join is sealed to a key that this pool has not');
  const recipient = { handle: key.privateHandle, publicBytes: fromBase64url(key.publicKey) };
  const ciphertext = {
    encapsulatedKey: fromBase64url(sealed.encapsulatedKey),
    ciphertext: fromBase64url(sealed.ciphertext),
  };
  return parseJson(
    contentSchema,
    opened(recipient, ciphertext, associatedData(place, key.keyId)),
    'the request to join',
  );
}

function opened(...input: Parameters<typeof hpke.open>): unknown {
  try {
    return JSON.parse(hpke.open(...input).toString('utf8'));
  } catch (cause) {
    throw new SealingError('BAD_CIPHERTEXT', 'the sealed request to join does not open', { cause });
  }
}

function associatedData({ poolId, workerId }: JoinPlace, keyId: string): Uint8Array {
  return encodeFields(['secret-store join identity v1', poolId, workerId, keyId]);
}
