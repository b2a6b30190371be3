import { fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { aes256Gcm, createBaseMode } from '../hpke/base-mode.ts';
import { importRecipient, type OpeningKey, type RecipientKey } from '../keys/opening-key.ts';
import type { RecordRecipient } from './sealed-record.ts';
import { dataKeyBytes } from './value-keys.ts';

/** How a data key is wrapped to a recipient. A record names its suite; records of an older one stay readable. */
export interface Suite {
  readonly id: number;
  /** @throws {SealingError} BAD_KEY when nothing can be wrapped to this recipient */
  wrap(dataKey: Uint8Array, recipient: RecipientKey, associatedData: Uint8Array): RecordRecipient;
  /**
   * The caller overwrites the data key.
   * @throws {SealingError} BAD_CIPHERTEXT when it was not wrapped to this key with this associated data
   */
  unwrap(wrapped: RecordRecipient, key: OpeningKey, associatedData: Uint8Array): Uint8Array;
}

/** HPKE base mode for each recipient. It authenticates nobody: the signature of the record does. */
const hpke = createBaseMode(aes256Gcm, Buffer.from('secret-store suite 1 data key', 'utf8'));

const suite1: Suite = {
  id: 1,

  wrap(dataKey, recipient, associatedData) {
    const publicKey = importRecipient(recipient);
    try {
      const { encapsulatedKey, ciphertext } = hpke.seal(publicKey, dataKey, associatedData);
      return {
        keyId: recipient.keyId,
        encapsulatedKey: toBase64url(encapsulatedKey),
        wrappedKey: toBase64url(ciphertext),
      };
    } catch (cause) {
      throw new SealingError('BAD_KEY', `nothing can be sealed to the key ${recipient.keyId}`, { cause });
    }
  },

  unwrap(wrapped, key, associatedData) {
    const recipient = { handle: key.privateHandle, publicBytes: fromBase64url(key.publicKey) };
    const sealed = {
      encapsulatedKey: fromBase64url(wrapped.encapsulatedKey),
      ciphertext: fromBase64url(wrapped.wrappedKey),
    };
    const dataKey = openWrapped(recipient, sealed, associatedData);
    if (dataKey.length !== dataKeyBytes) throw new SealingError('BAD_CIPHERTEXT', 'the wrapped key has a wrong length');
    return dataKey;
  },
};

const openWrapped: typeof hpke.open = (...input) => {
  try {
    return hpke.open(...input);
  } catch (cause) {
    throw new SealingError('BAD_CIPHERTEXT', 'the wrapped key does not open under this key', { cause });
  }
};

export const currentSuite: Suite = suite1;

const suites = new Map<number, Suite>([[suite1.id, suite1]]);

export function suiteOf(id: number): Suite {
  const suite = suites.get(id);
  if (!suite) throw new SealingError('UNKNOWN_SUITE', `suite ${id} is unknown to this version: update it`);
  return suite;
}
