import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';
import { beforeAll, describe, expect, it } from 'vitest';
import { aes256Gcm, createBaseMode } from './base-mode.ts';
import { decapsulateByAgreement, decapsulateByOpenssl, encapsulate, publicKeyOf, refuseZeros } from './dhkem.ts';

/** An implementation of RFC 9180 by others, on WebCrypto. */
const hpke = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);

const createRecipient = () => {
  const { privateKey } = generateKeyPairSync('x25519');
  const jwk = privateKey.export({ format: 'jwk' });
  const [privateBytes, publicBytes] = [jwk.d, jwk.x].map((text) => Buffer.from(String(text), 'base64url'));
  if (!privateBytes || !publicBytes) throw new Error('a key has two halves');
  return { handle: privateKey, privateBytes, publicBytes };
};

const message = fc.record({
  info: fc.uint8Array({ maxLength: 40 }),
  plaintext: fc.uint8Array({ maxLength: 200 }),
  aad: fc.uint8Array({ maxLength: 40 }),
});
const recipient = createRecipient();
let theirs: Awaited<ReturnType<typeof hpke.GenerateKeyPair>>;

beforeAll(async () => {
  theirs = {
    privateKey: await hpke.DeserializePrivateKey(new Uint8Array(recipient.privateBytes), true),
    publicKey: await hpke.DeserializePublicKey(new Uint8Array(recipient.publicBytes)),
  };
});

describe('HPKE', () => {
  it('is DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM by the numbers of RFC 9180', () => {
    expect([hpke.KEM.id, hpke.KDF.id, hpke.AEAD.id]).toEqual([0x0020, 0x0001, aes256Gcm.id]);
  });

  it('seals what another implementation opens', async () => {
    await fc.assert(
      fc.asyncProperty(message, async ({ info, plaintext, aad }) => {
        const { encapsulatedKey, ciphertext } = createBaseMode(aes256Gcm, info).seal(
          publicKeyOf(recipient.publicBytes),
          plaintext,
          aad,
        );
        const opened = await hpke.Open(theirs, new Uint8Array(encapsulatedKey), new Uint8Array(ciphertext), {
          info,
          aad,
        });
        expect(Buffer.compare(opened, plaintext)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('opens what another implementation sealed', async () => {
    await fc.assert(
      fc.asyncProperty(message, async ({ info, plaintext, aad }) => {
        const sealed = await hpke.Seal(theirs.publicKey, plaintext, { info, aad });
        const opened = createBaseMode(aes256Gcm, info).open(
          recipient,
          { encapsulatedKey: sealed.encapsulatedSecret, ciphertext: sealed.ciphertext },
          aad,
        );
        expect(Buffer.compare(opened, plaintext)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('opens the same by Diffie-Hellman and by OpenSSL', () => {
    const { encapsulatedKey, sharedSecret } = encapsulate(publicKeyOf(recipient.publicBytes));
    for (const decapsulate of [decapsulateByAgreement, decapsulateByOpenssl ?? decapsulateByAgreement])
      expect(decapsulate(encapsulatedKey, recipient).equals(sharedSecret)).toBe(true);
  });

  it('takes a fresh ephemeral key for each message', () => {
    const mode = createBaseMode(aes256Gcm, new Uint8Array());
    const keys = Array.from({ length: 50 }, () =>
      Buffer.from(mode.seal(publicKeyOf(recipient.publicBytes), Buffer.from('x'), Buffer.alloc(0)).encapsulatedKey),
    );
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(keys.length);
  });
});

/** RFC 7748, section 6.1, and https://cr.yp.to/ecdh.html#validate: with these, every private key agrees on zeros. */
const lowOrder = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map((hex) => Buffer.from(hex, 'hex'));

describe('a point of low order', () => {
  it.each(lowOrder)('is nobody to seal to: %#', (point) => {
    expect(() => encapsulate(publicKeyOf(point))).toThrow();
  });

  it.each(lowOrder)('opens nothing: %#', (point) => {
    for (const decapsulate of [decapsulateByAgreement, decapsulateByOpenssl ?? decapsulateByAgreement])
      expect(() => decapsulate(point, recipient)).toThrow();
  });

  it('is refused by the secret that it gives, also by an OpenSSL that would not refuse it', () => {
    expect(() => refuseZeros(Buffer.alloc(32))).toThrow('low order');
    const other = Buffer.alloc(32, 0);
    other.writeUInt8(1, 31);
    expect(refuseZeros(other)).toBe(other);
  });
});
