import { randomBytes } from 'node:crypto';
import { toBase64url } from '../encoding/base64url.ts';
import { parseJson } from '../encoding/parse-json.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import type { RecipientKey } from '../keys/opening-key.ts';
import { signBytes, type SigningKey } from '../keys/signing-key.ts';
import { bindingSchema, type Binding } from './binding.ts';
import { headerHash, maximumValueBytes, signedBytes, type SealedRecord } from './sealed-record.ts';
import { currentSuite } from './suites.ts';
import { encryptValue } from './value-cipher.ts';
import { dataKeyBytes, deriveValueKeys } from './value-keys.ts';

export interface SealInput {
  readonly value: Uint8Array;
  readonly binding: Binding;
  /** Each of these can open the value: pass certified keys only. */
  readonly recipients: readonly RecipientKey[];
  readonly signer: SigningKey;
}

/**
 * Seals a value to each recipient with a fresh data key. Leaves the caller's value unchanged, and overwrites the keys
 * that it makes.
 */
export async function seal(input: SealInput): Promise<SealedRecord> {
  const { value, recipients, signer } = input;
  const binding = parseJson(bindingSchema, input.binding, 'the binding', 'BAD_BINDING');
  if (value.length > maximumValueBytes) throw new SealingError('BAD_RECORD', 'the value is too long to seal');
  if (recipients.length === 0) throw new SealingError('NO_KEY', 'there is no recipient to seal to');
  const suite = currentSuite;
  const header = headerHash({ suite: suite.id, binding, recipientKeyIds: recipients.map(({ keyId }) => keyId) });
  const dataKey = randomBytes(dataKeyBytes);
  try {
    const { encryptionKey, commitment } = deriveValueKeys(dataKey, header);
    const wrapped = recipients.map((recipient) => suite.wrap(dataKey, recipient, header));
    const { iv, ciphertext } = encryptValue(encryptionKey, value, header);
    const unsigned = {
      suite: suite.id,
      binding,
      recipients: wrapped,
      commitment: toBase64url(commitment),
      iv: toBase64url(iv),
      ciphertext: toBase64url(ciphertext),
      signature: { keyId: signer.keyId, value: '' },
    };
    const signature = toBase64url(signBytes(signedBytes(unsigned), signer));
    return { ...unsigned, signature: { keyId: signer.keyId, value: signature } };
  } finally {
    dataKey.fill(0);
  }
}
