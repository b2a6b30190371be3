import type { KeyObject } from 'node:crypto';
import { expand, extract } from './hkdf.ts';

const version = Buffer.from('HPKE-v1');

/** LabeledExtract of RFC 9180, section 4. */
export function labeledExtract(suiteId: Uint8Array, salt: Uint8Array, label: string, input: Uint8Array): KeyObject {
  return extract(salt, [version, suiteId, Buffer.from(label), input]);
}

/** LabeledExpand of RFC 9180, section 4, for at most 32 bytes. The caller overwrites the result. */
export function labeledExpand(
  suiteId: Uint8Array,
  pseudorandomKey: KeyObject,
  label: string,
  info: Uint8Array,
  bytes: number,
): Buffer {
  return expand(pseudorandomKey, [twoBytes(bytes), version, suiteId, Buffer.from(label), info], bytes);
}

/** I2OSP(value, 2) */
export function twoBytes(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
