import { hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { base64urlBytes, fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { type JsonObject, parseJson } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';

const keyBytes = 32;
const ringKeyIdSchema = z.string().regex(/^[0-9a-f]{16}$/);

const keyRingSchema = z
  .strictObject({
    version: z.literal(1),
    /** Encrypts what is new. */
    primary: ringKeyIdSchema,
    /** What other keys are derived from: stays when the primary changes. */
    derivation: ringKeyIdSchema,
    keys: z.record(ringKeyIdSchema, base64urlBytes(keyBytes)),
  })
  .refine(({ keys, primary, derivation }) => Object.hasOwn(keys, primary) && Object.hasOwn(keys, derivation), {
    error: 'names a key that is not there',
    path: ['keys'],
  });

/** The backend's symmetric keys. Printing it shows none of them. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, Uint8Array>;

  constructor(
    readonly primary: string,
    readonly derivation: string,
    keys: ReadonlyMap<string, Uint8Array>,
  ) {
    this.#keys = keys;
  }

  key(keyId: string): Uint8Array {
    const key = this.#keys.get(keyId);
    if (!key) throw new SealingError('NO_KEY', 'the key ring does not contain the key of this configuration');
    return key;
  }
}

export function createKeyRing(): JsonObject {
  const keyId = randomBytes(8).toString('hex');
  const key = toBase64url(randomBytes(keyBytes));
  return { version: 1, primary: keyId, derivation: keyId, keys: { [keyId]: key } };
}

export function parseKeyRing(json: unknown): KeyRing {
  const ring = parseJson(keyRingSchema, json, 'the key ring', 'BAD_KEY');
  const keys = Object.entries(ring.keys).map(([keyId, key]) => [keyId, fromBase64url(key)] as const);
  return new KeyRing(ring.primary, ring.derivation, new Map(keys));
}

/** 32 bytes for one purpose (HKDF-SHA256). Knowing the key of one purpose tells nothing about another. */
export function deriveKey(ring: KeyRing, purpose: string): Buffer {
  return Buffer.from(
    hkdfSync('sha256', ring.key(ring.derivation), '', `secret-store derived key v1: ${purpose}`, keyBytes),
  );
}
