import { fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { hpkeSuite, type OpeningKey, type RecipientKey } from '../keys/opening-key.ts';
import { thumbprint } from '../keys/thumbprint.ts';
import type { RecordRecipient } from './sealed-record.ts';
import { dataKeyBytes } from './value-keys.ts';

/** How a data key is wrapped to a recipient. A record names its suite; records of an older one stay readable. */
export interface Suite {
  readonly id: number;
  wrap(dataKey: Uint8Array, recipient: RecipientKey, associatedData: Uint8Array): Promise<RecordRecipient>;
  /** @throws {SealingError} BAD_CIPHERTEXT when it was not wrapped to this key with this associated data */
  unwrap(wrapped: RecordRecipient, key: OpeningKey, associatedData: Uint8Array): Promise<Uint8Array>;
}

const info = Buffer.from('secret-store suite 1 data key', 'utf8');

/** HPKE base mode for each recipient. It authenticates nobody: the signature of the record does. */
const suite1: Suite = {
  id: 1,

  async wrap(dataKey, recipient, associatedData) {
    if (recipient.keyId !== thumbprint('X25519', recipient.publicKey)) {
      throw new SealingError('BAD_KEY', "a recipient's key id is not that of its public key");
    }
    const publicKey = await hpkeSuite.DeserializePublicKey(fromBase64url(recipient.publicKey));
    const sealed = await hpkeSuite.Seal(publicKey, dataKey, { info, aad: associatedData });
    return {
      keyId: recipient.keyId,
      encapsulatedKey: toBase64url(sealed.encapsulatedSecret),
      wrappedKey: toBase64url(sealed.ciphertext),
    };
  },

  async unwrap(wrapped, key, associatedData) {
    const dataKey = await hpkeSuite
      .Open(key.pair, fromBase64url(wrapped.encapsulatedKey), fromBase64url(wrapped.wrappedKey), {
        info,
        aad: associatedData,
      })
      .catch((cause: unknown) => {
        throw new SealingError('BAD_CIPHERTEXT', 'the wrapped key does not open under this key', { cause });
      });
    if (dataKey.length !== dataKeyBytes) throw new SealingError('BAD_CIPHERTEXT', 'the wrapped key has a wrong length');
    return dataKey;
  },
};

export const currentSuite: Suite = suite1;

const suites = new Map<number, Suite>([[suite1.id, suite1]]);

export function suiteOf(id: number): Suite {
  const suite = suites.get(id);
  if (!suite) throw new SealingError('UNKNOWN_SUITE', `suite ${id} is unknown to this version: update it`);
  return suite;
}
