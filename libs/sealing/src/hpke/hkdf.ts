import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

export const hashBytes = 32;
const firstBlock = Uint8Array.of(1);

/**
 * The first step of HKDF-SHA256 (RFC 5869, section 2.2): the pseudorandom key of the input, which is its parts one after
 * the other. `hkdfSync` would do it again for each output.
 */
export function extract(salt: Uint8Array, input: readonly Uint8Array[]): KeyObject {
  const pseudorandomKey = hmac(createSecretKey(salt), input);
  try {
    return createSecretKey(pseudorandomKey);
  } finally {
    pseudorandomKey.fill(0);
  }
}

/** The second step (section 2.3), for an output of at most 32 bytes: its first block. The caller overwrites the result. */
export function expand(pseudorandomKey: KeyObject, info: readonly Uint8Array[], bytes: number): Buffer {
  if (bytes > hashBytes) throw new RangeError(`HKDF gives at most ${hashBytes} bytes here`);
  return hmac(pseudorandomKey, [...info, firstBlock]).subarray(0, bytes);
}

/** Takes the key as a handle: OpenSSL 3.5 needs five times as long with its bytes. */
function hmac(key: KeyObject, parts: readonly Uint8Array[]): Buffer {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}
