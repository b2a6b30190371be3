import { createHash } from 'node:crypto';
import { AEAD_AES_128_GCM, AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';
import { describe, expect, it } from 'vitest';
import { hpkeSuite } from './opening-key.ts';

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const info = fromHex('4f6465206f6e2061204772656369616e2055726e');

/** RFC 9180, appendix A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode. */
const rfc = {
  ikmE: '7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234',
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
  exportsAccumulated: '5cb678bf1c52afbd9afb58b8f7c1ced3',
};

/** A sender whose ephemeral key comes from the vector instead of from chance. */
const senderSuite = (aead: typeof AEAD_AES_256_GCM, ikmE: string) =>
  new CipherSuite(
    () => {
      const kem = KEM_DHKEM_X25519_HKDF_SHA256();
      return { ...kem, GenerateKeyPair: () => kem.DeriveKeyPair(fromHex(ikmE), true) };
    },
    KDF_HKDF_SHA256,
    aead,
  );

const setUp = async (suite: typeof hpkeSuite, sender: typeof hpkeSuite, vector: { skRm: string; pkRm: string }) => {
  const privateKey = await suite.DeserializePrivateKey(fromHex(vector.skRm), true);
  const publicKey = await suite.DeserializePublicKey(fromHex(vector.pkRm));
  const { encapsulatedSecret, ctx } = await sender.SetupSender(publicKey, { info });
  const recipient = await suite.SetupRecipient({ privateKey, publicKey }, encapsulatedSecret, { info });
  return { encapsulatedSecret, sender: ctx, recipient };
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

describe('the HPKE suite', () => {
  it('is DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM by the numbers of RFC 9180', () => {
    expect([hpkeSuite.KEM.id, hpkeSuite.KDF.id, hpkeSuite.AEAD.id]).toEqual([0x0020, 0x0001, 0x0002]);
  });

  it('gives the known answers of RFC 9180, appendix A.1.1', async () => {
    const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_128_GCM);
    const { encapsulatedSecret, sender, recipient } = await setUp(suite, senderSuite(AEAD_AES_128_GCM, rfc.ikmE), rfc);
    expect(toHex(encapsulatedSecret)).toBe(rfc.enc);
    for (const { aad, ciphertext } of rfc.encryptions) {
      expect(toHex(await sender.Seal(fromHex(rfc.plaintext), fromHex(aad)))).toBe(ciphertext);
      expect(toHex(await recipient.Open(fromHex(ciphertext), fromHex(aad)))).toBe(rfc.plaintext);
    }
  });

  it('gives the known answers of the CFRG for our suite: a thousand encryptions', async () => {
    const { encapsulatedSecret, sender, recipient } = await setUp(
      hpkeSuite,
      senderSuite(AEAD_AES_256_GCM, cfrg.ikmE),
      cfrg,
    );
    expect(toHex(encapsulatedSecret)).toBe(cfrg.enc);
    const draw = drawInputs();
    const accumulated = createHash('shake128', { outputLength: 16 });
    for (let count = 0; count < 1000; count += 1) {
      const aad = draw();
      const plaintext = draw();
      const ciphertext = await sender.Seal(plaintext, aad);
      accumulated.update(ciphertext);
      expect(toHex(await recipient.Open(ciphertext, aad))).toBe(toHex(plaintext));
    }
    expect(accumulated.digest('hex')).toBe(cfrg.encryptionsAccumulated);
  });

  it('gives the known answers of the CFRG for our suite: a thousand exports', async () => {
    const { recipient } = await setUp(hpkeSuite, senderSuite(AEAD_AES_256_GCM, cfrg.ikmE), cfrg);
    const draw = drawInputs();
    const accumulated = createHash('shake128', { outputLength: 16 });
    for (let length = 0; length < 1000; length += 1) {
      const context = draw();
      // This library's HKDF cannot return an empty output; an empty export adds nothing to the sum.
      if (length > 0) accumulated.update(await recipient.Export(context, length));
    }
    expect(accumulated.digest('hex')).toBe(cfrg.exportsAccumulated);
  });
});
