import { createSecretKey, type KeyObject } from 'node:crypto';
import { decrypt, encrypt, nonceBytes, type AesGcm } from './aes-gcm.ts';
import { decapsulate, encapsulate, kemId, type PrivateKey, type PublicKey } from './dhkem.ts';
import { labeledExpand, labeledExtract, twoBytes } from './labeled-hkdf.ts';

export interface Aead {
  /** By RFC 9180, section 7.3. */
  readonly id: number;
  readonly cipher: AesGcm;
  readonly keyBytes: number;
}

export const aes256Gcm: Aead = { id: 0x0002, cipher: 'aes-256-gcm', keyBytes: 32 };

interface HpkeCiphertext {
  readonly encapsulatedKey: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** HPKE's base mode (RFC 9180) for one message at a time, with one `info`. It authenticates nobody. */
export interface BaseMode {
  /** SealBase of section 6.1, with a fresh ephemeral key. @throws when the recipient's key is a point of low order */
  seal(recipient: PublicKey, plaintext: Uint8Array, associatedData: Uint8Array): HpkeCiphertext;
  /** OpenBase of section 6.1. The caller overwrites the result. @throws when it was not sealed to this key, or changed */
  open(recipient: PrivateKey, sealed: HpkeCiphertext, associatedData: Uint8Array): Buffer;
}

const kdfId = 0x0001;
const baseMode = Uint8Array.of(0);
const nothing = new Uint8Array();

/** DHKEM(X25519, HKDF-SHA256) and HKDF-SHA256 with this AEAD. */
export function createBaseMode(aead: Aead, info: Uint8Array): BaseMode {
  const { cipher } = aead;
  const schedule = createKeySchedule(aead, info);
  return {
    seal(recipient, plaintext, associatedData) {
      const { sharedSecret, encapsulatedKey } = encapsulate(recipient);
      const ciphertext = encrypt({ cipher, ...schedule(sharedSecret), associatedData }, plaintext);
      return { encapsulatedKey, ciphertext };
    },
    open(recipient, { encapsulatedKey, ciphertext }, associatedData) {
      const sharedSecret = decapsulate(encapsulatedKey, recipient);
      return decrypt({ cipher, ...schedule(sharedSecret), associatedData }, ciphertext);
    },
  };
}

/** KeySchedule of section 5.1 without a PSK: the key, and the nonce of the first message. Overwrites the shared secret. */
export function createKeySchedule(aead: Aead, info: Uint8Array) {
  const suiteId = Buffer.concat([Buffer.from('HPKE'), ...[kemId, kdfId, aead.id].map(twoBytes)]);
  const pskIdHash = labeledExtract(suiteId, nothing, 'psk_id_hash', nothing).export();
  const infoHash = labeledExtract(suiteId, nothing, 'info_hash', info).export();
  const context = Buffer.concat([baseMode, pskIdHash, infoHash]);
  return (sharedSecret: Buffer): { key: KeyObject; nonce: Uint8Array } => {
    const secret = labeledExtract(suiteId, sharedSecret, 'secret', nothing);
    sharedSecret.fill(0);
    const key = labeledExpand(suiteId, secret, 'key', context, aead.keyBytes);
    const nonce = labeledExpand(suiteId, secret, 'base_nonce', context, nonceBytes);
    try {
      return { key: createSecretKey(key), nonce };
    } finally {
      key.fill(0);
    }
  };
}
