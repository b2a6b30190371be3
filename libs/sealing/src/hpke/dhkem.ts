import crypto, {
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { hashBytes } from './hkdf.ts';
import { labeledExpand, labeledExtract, twoBytes } from './labeled-hkdf.ts';

export const kemId = 0x0020;
const suiteId = Buffer.concat([Buffer.from('KEM'), twoBytes(kemId)]);
const keyBytes = 32;
const noSalt = new Uint8Array();

/** An X25519 public key: as a handle, and as the bytes that go into the key derivation. */
export interface PublicKey {
  readonly handle: KeyObject;
  readonly bytes: Uint8Array;
}

/** An X25519 key pair. */
export interface PrivateKey {
  readonly handle: KeyObject;
  readonly publicBytes: Uint8Array;
}

export interface Encapsulated {
  /** The caller overwrites it. */
  readonly sharedSecret: Buffer;
  readonly encapsulatedKey: Uint8Array;
}

/** @throws when the bytes are not as long as a key */
export function publicKeyOf(bytes: Uint8Array): PublicKey {
  const x = Buffer.from(bytes).toString('base64url');
  return { handle: createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' }), bytes };
}

/**
 * Encap of RFC 9180, section 4.1, for DHKEM(X25519, HKDF-SHA256).
 * @param ephemeral for known answers alone: each encapsulation needs a key of its own
 * @throws when the recipient's key is a point of low order
 */
export function encapsulate(recipient: PublicKey, ephemeral: KeyObject = freshKey()): Encapsulated {
  const encapsulatedKey = publicBytesOf(createPublicKey(ephemeral));
  const agreed = agree(ephemeral, recipient.handle);
  return { sharedSecret: derive(agreed, encapsulatedKey, recipient.bytes), encapsulatedKey };
}

type Decapsulate = (encapsulatedKey: Uint8Array, recipient: PrivateKey) => Buffer;

/** Decap of RFC 9180, section 4.1, by Diffie-Hellman. */
export const decapsulateByAgreement: Decapsulate = (encapsulatedKey, recipient) => {
  const agreed = agree(recipient.handle, publicKeyOf(encapsulatedKey).handle);
  return derive(agreed, encapsulatedKey, recipient.publicBytes);
};

/** OpenSSL's own, from Node 24.7 on. */
const opensslDecapsulate: ((key: KeyObject, encapsulatedKey: Uint8Array) => Buffer) | undefined = Reflect.get(
  crypto,
  'decapsulate',
);

/** Decap by OpenSSL, which takes half the time; null before Node 24.7. Its Encap takes as long as ours. */
export const decapsulateByOpenssl: Decapsulate | null =
  opensslDecapsulate === undefined
    ? null
    : (encapsulatedKey, recipient) => opensslDecapsulate(recipient.handle, encapsulatedKey);

/**
 * Decap of RFC 9180, section 4.1. The caller overwrites the shared secret.
 * @throws when the encapsulated key has a wrong length or is a point of low order
 */
export const decapsulate: Decapsulate = decapsulateByOpenssl ?? decapsulateByAgreement;

function agree(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  return refuseZeros(diffieHellman({ privateKey, publicKey }));
}

/**
 * RFC 9180, section 7.1.4: a public key of low order gives zeros, whatever the private key. OpenSSL refuses it too, but
 * does not promise to.
 */
export function refuseZeros(agreed: Buffer): Buffer {
  if (timingSafeEqual(agreed, new Uint8Array(keyBytes))) throw new Error('the public key is a point of low order');
  return agreed;
}

/** ExtractAndExpand of RFC 9180, section 4.1. Overwrites what was agreed. */
function derive(agreed: Buffer, encapsulatedKey: Uint8Array, recipientKey: Uint8Array): Buffer {
  const pseudorandomKey = labeledExtract(suiteId, noSalt, 'eae_prk', agreed);
  agreed.fill(0);
  const context = Buffer.concat([encapsulatedKey, recipientKey]);
  return labeledExpand(suiteId, pseudorandomKey, 'shared_secret', context, hashBytes);
}

function publicBytesOf(publicKey: KeyObject): Uint8Array {
  return Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url');
}

function freshKey(): KeyObject {
  return generateKeyPairSync('x25519').privateKey;
}
