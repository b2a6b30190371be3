import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';
import { describe, expect, it } from 'vitest';
import { decrypt, encrypt, type AesGcm } from './aes-gcm.ts';
import { aes256Gcm, createBaseMode, createKeySchedule, type Aead } from './base-mode.ts';
import { decapsulateByAgreement, decapsulateByOpenssl, encapsulate, publicKeyOf } from './dhkem.ts';

const fromHex = (hex: string) => Buffer.from(hex, 'hex');
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const info = fromHex('4f6465206f6e2061204772656369616e2055726e');

/** RFC 9180, appendix A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode. */
const rfc = {
  ikmE: '7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234',
  sharedSecret: 'fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc',
  key: '4531685d41d65f03dc48f6b8302c05b0',
  baseNonce: '56d890e5accaaf011cff4b7d',
  skRm: '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
  pkRm: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
  enc: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
  plaintext: '4265617574792069732074727574682c20747275746820626561757479',
  encryptions: [
    {
      aad: '436f756e742d30',
      ciphertext: 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
    },
    {
      aad: '436f756e742d31',
      ciphertext: 'af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84',
    },
    {
      aad: '436f756e742d32',
      ciphertext: '498dfcabd92e8acedc281e85af1cb4e3e31c7dc394a1ca20e173cb72516491588d96a19ad4a683518973dcc180',
    },
  ],
};

/**
 * The same with AES-256-GCM, our suite. The appendix prints no such vector; the CFRG's file of all vectors has it. The Go
 * project published it in this short form (crypto/hpke, testdata/rfc9180.json): SHAKE128 over a thousand results.
 */
const cfrg = {
  ikmE: '2cd7c601cefb3d42a62b04b7a9041494c06c7843818e0ce28a8f704ae7ab20f9',
  skRm: '497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d',
  pkRm: '430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c',
  enc: '6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256',
  encryptionsAccumulated: '1702e73e1e71705faa8241022af1deea',
};

/** The ephemeral key of a vector, which `hpke` derives from its input. */
const ephemeralOf = async (ikmE: string): Promise<KeyObject> => {
  const kem = KEM_DHKEM_X25519_HKDF_SHA256();
  const { privateKey, publicKey } = await kem.DeriveKeyPair(fromHex(ikmE), true);
  return privateKeyOf(await kem.SerializePrivateKey(privateKey), await kem.SerializePublicKey(publicKey));
};

const privateKeyOf = (privateBytes: Uint8Array, publicBytes: Uint8Array): KeyObject => {
  const d = Buffer.from(privateBytes).toString('base64url');
  const x = Buffer.from(publicBytes).toString('base64url');
  return createPrivateKey({ key: { kty: 'OKP', crv: 'X25519', d, x }, format: 'jwk' });
};

const recipientOf = ({ skRm, pkRm }: { skRm: string; pkRm: string }) => ({
  handle: privateKeyOf(fromHex(skRm), fromHex(pkRm)),
  publicBytes: fromHex(pkRm),
});

/** ComputeNonce of RFC 9180, section 5.2: single messages, which the store seals, are number 0. */
const nonceOf = (baseNonce: Uint8Array, sequence: number): Buffer => {
  const nonce = Buffer.from(baseNonce);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  return nonce;
};

const messageKeys = async (aead: Aead, vector: { ikmE: string; pkRm: string }) => {
  const { sharedSecret, encapsulatedKey } = encapsulate(
    publicKeyOf(fromHex(vector.pkRm)),
    await ephemeralOf(vector.ikmE),
  );
  return { encapsulatedKey, ...createKeySchedule(aead, info)(sharedSecret) };
};

/** Reads one pseudorandom stream: a length byte, then so many bytes, again and again. */
const drawInputs = () => {
  const stream = createHash('shake128', { outputLength: 600_000 }).digest();
  let offset = 0;
  return () => {
    const length = stream.readUInt8(offset);
    const input = new Uint8Array(stream.subarray(offset + 1, offset + 1 + length));
    offset += 1 + length;
    return input;
  };
};

const aes128Gcm = { id: 0x0001, cipher: 'aes-128-gcm', keyBytes: 16 } as const;

describe('HPKE gives the known answers', () => {
  it('of RFC 9180, appendix A.1.1', async () => {
    const { sharedSecret } = encapsulate(publicKeyOf(fromHex(rfc.pkRm)), await ephemeralOf(rfc.ikmE));
    expect(toHex(sharedSecret)).toBe(rfc.sharedSecret);
    const { encapsulatedKey, key, nonce } = await messageKeys(aes128Gcm, rfc);
    expect([encapsulatedKey, key.export(), nonce].map(toHex)).toEqual([rfc.enc, rfc.key, rfc.baseNonce]);
    for (const [sequence, { aad, ciphertext }] of rfc.encryptions.entries()) {
      const input = { cipher: aes128Gcm.cipher, key, nonce: nonceOf(nonce, sequence), associatedData: fromHex(aad) };
      expect(toHex(encrypt(input, fromHex(rfc.plaintext)))).toBe(ciphertext);
      expect(toHex(decrypt(input, fromHex(ciphertext)))).toBe(rfc.plaintext);
    }
  });

  it('of RFC 9180, appendix A.1.1, to the recipient', () => {
    const mode = createBaseMode(aes128Gcm, info);
    for (const { aad, ciphertext } of rfc.encryptions.slice(0, 1)) {
      const sealed = { encapsulatedKey: fromHex(rfc.enc), ciphertext: fromHex(ciphertext) };
      expect(toHex(mode.open(recipientOf(rfc), sealed, fromHex(aad)))).toBe(rfc.plaintext);
    }
  });

  it.each([['Diffie-Hellman', decapsulateByAgreement] as const, ['OpenSSL', decapsulateByOpenssl] as const])(
    'of RFC 9180, appendix A.1.1, by %s where Node has it',
    (_, decapsulate) => {
      const secret = decapsulate?.(fromHex(rfc.enc), recipientOf(rfc));
      expect(secret && toHex(secret)).toBe(decapsulate === null ? undefined : rfc.sharedSecret);
    },
  );

  it('of the CFRG for our suite: a thousand encryptions', async () => {
    const { encapsulatedKey, key, nonce } = await messageKeys(aes256Gcm, cfrg);
    expect(toHex(encapsulatedKey)).toBe(cfrg.enc);
    const secret = decapsulateByAgreement(encapsulatedKey, recipientOf(cfrg));
    expect(createKeySchedule(aes256Gcm, info)(secret).key.equals(key)).toBe(true);
    const draw = drawInputs();
    const accumulated = createHash('shake128', { outputLength: 16 });
    for (let sequence = 0; sequence < 1000; sequence += 1) {
      const cipher: AesGcm = aes256Gcm.cipher;
      const input = { cipher, key, nonce: nonceOf(nonce, sequence), associatedData: draw() };
      const plaintext = draw();
      const ciphertext = encrypt(input, plaintext);
      accumulated.update(ciphertext);
      expect(toHex(decrypt(input, ciphertext))).toBe(toHex(plaintext));
    }
    expect(accumulated.digest('hex')).toBe(cfrg.encryptionsAccumulated);
  });
});
