import { timingSafeEqual, type KeyObject } from 'node:crypto';
import { fromBase64url } from '../encoding/base64url.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import type { OpeningKey } from '../keys/opening-key.ts';
import type { VerificationKey } from '../keys/signing-key.ts';
import { encodeBinding, type Binding } from './binding.ts';
import { headerHash, requireSealedRecord, verifySealedRecord, type SealedRecord } from './sealed-record.ts';
import { suiteOf } from './suites.ts';
import { decryptValue } from './value-cipher.ts';
import { deriveValueKeys } from './value-keys.ts';

export interface Opening {
  readonly record: unknown;
  /** What the caller wants opened. A record that is bound to anything else is refused. */
  readonly binding: Binding;
  readonly openingKeys: readonly OpeningKey[];
}

/** Why a record is believed: one of both, never neither. */
type Belief =
  /** It has the signature of this key. */
  | { readonly signerKey: VerificationKey; readonly hash?: never }
  /** It is the one record with this hash, which the caller has from a set that it verified. */
  | { readonly hash: string; readonly signerKey?: never };

export type OpenInput = Opening & Belief;

/**
 * Opens a sealed record: form, signature or hash, binding, recipient, commitment, ciphertext, in this order. The caller
 * overwrites the result when it no longer needs it.
 * @throws {SealingError} and never returns a part of the value
 */
export async function open(input: OpenInput): Promise<Uint8Array> {
  return decrypted(unlock(input));
}

/** What is known of a record whose wrapped key was opened. */
export interface Unlocked {
  /** of the opening key */
  readonly keyId: string;
  readonly binding: Uint8Array;
  readonly header: Uint8Array;
  readonly encryptionKey: KeyObject;
  readonly iv: string;
  readonly ciphertext: string;
}

/** All but the last step of `open`. @throws {SealingError} */
export function unlock(input: OpenInput): Unlocked {
  const record = input.signerKey === undefined ? requireSealedRecord(input) : verifySealedRecord(input);
  const suite = suiteOf(record.suite);
  const binding = encodeBinding(record.binding);
  if (!Buffer.from(binding).equals(encodeBinding(input.binding))) throw boundElsewhere();
  const { recipient, key } = findRecipient(record, input.openingKeys);
  const header = headerHash({ ...record, recipientKeyIds: record.recipients.map(({ keyId }) => keyId) });
  const dataKey = suite.unwrap(recipient, key, header);
  try {
    const { encryptionKey, commitment } = deriveValueKeys(dataKey, header);
    if (!timingSafeEqual(commitment, fromBase64url(record.commitment))) {
      throw new SealingError('BAD_COMMITMENT', 'the wrapped key is not the one that the record commits to');
    }
    const { iv, ciphertext } = record;
    return { keyId: key.keyId, binding, header, encryptionKey, iv, ciphertext };
  } finally {
    dataKey.fill(0);
  }
}

/** The last step. The caller overwrites the result. @throws {SealingError} */
export function decrypted({ encryptionKey, iv, ciphertext, header }: Unlocked): Uint8Array {
  return decryptValue(encryptionKey, { iv: fromBase64url(iv), ciphertext: fromBase64url(ciphertext) }, header);
}

export function boundElsewhere(): SealingError {
  return new SealingError('BAD_BINDING', 'the sealed record belongs to something else');
}

function findRecipient(record: SealedRecord, keys: readonly OpeningKey[]) {
  for (const recipient of record.recipients) {
    const key = keys.find(({ keyId }) => keyId === recipient.keyId);
    if (key) return { recipient, key };
  }
  throw new SealingError('NO_KEY', 'none of the available keys can open the record');
}
