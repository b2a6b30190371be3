import { fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { thumbprint } from '../keys/thumbprint.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { dataKeyBytes } from './value-keys.ts';
import { hpkeSuite } from '../keys/hpke-suite.ts';
import type { Suite } from './suite.ts';

const info = Buffer.from('secret-store suite 1 data key', 'utf8');

/** HPKE base mode for each recipient. It authenticates nobody: the signature of the record does. */
export const suite1: Suite = {
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
