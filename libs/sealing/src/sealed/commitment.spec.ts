import { createCipheriv, randomBytes, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '../encoding/base64url.ts';
import { signBytes } from '../keys/signing-key.ts';
import { binding, createSealingFixture } from '../testing/sealing-fixture.ts';
import { open } from './open.ts';
import { headerHash, signedBytes } from './sealed-record.ts';
import { currentSuite } from './suites.ts';
import { decryptValue } from './value-cipher.ts';
import { deriveValueKeys } from './value-keys.ts';

const blockBytes = 16;

describe('key commitment', () => {
  it('rejects one ciphertext that two keys open to two values', async () => {
    const store = await createSealingFixture();
    const [pool, root] = store.recipients;
    if (!pool || !root) throw new Error('the store has too few recipients');
    const header = headerHash({ suite: 1, binding, recipientKeyIds: [pool.keyId, root.keyId] });
    const dataKeys = [randomBytes(32), randomBytes(32)] as const;
    const [first, second] = [deriveValueKeys(dataKeys[0], header), deriveValueKeys(dataKeys[1], header)];
    const collision = collidingCiphertext(first.encryptionKey, second.encryptionKey, header);

    // The collision is real: without the commitment, pool and root would read different values from one record.
    const seenByPool = decryptValue(first.encryptionKey, collision, header);
    const seenByRoot = decryptValue(second.encryptionKey, collision, header);
    expect(Buffer.compare(seenByPool, seenByRoot)).not.toBe(0);

    const unsigned = {
      suite: 1,
      binding,
      recipients: [currentSuite.wrap(dataKeys[0], pool, header), currentSuite.wrap(dataKeys[1], root, header)],
      commitment: toBase64url(first.commitment),
      iv: toBase64url(collision.iv),
      ciphertext: toBase64url(collision.ciphertext),
      signature: { keyId: store.signer.keyId, value: '' },
    };
    const signature = toBase64url(signBytes(signedBytes(unsigned), store.signer));
    const record = { ...unsigned, signature: { ...unsigned.signature, value: signature } };
    const openAs = (key: typeof store.poolKey) =>
      open({ record, binding, openingKeys: [key], signerKey: store.signerKey });
    expect(Buffer.compare(await openAs(store.poolKey), seenByPool)).toBe(0);
    await expect(openAs(store.rootOpeningKey)).rejects.toMatchObject({ code: 'BAD_COMMITMENT' });
  });

  it('covers the header too: the same data key gives another commitment for another binding', () => {
    const dataKey = randomBytes(32);
    const here = deriveValueKeys(dataKey, headerHash({ suite: 1, binding, recipientKeyIds: ['a'] }));
    const there = deriveValueKeys(
      dataKey,
      headerHash({ suite: 1, binding: { ...binding, version: 4 }, recipientKeyIds: ['a'] }),
    );
    expect(Buffer.compare(here.commitment, there.commitment)).not.toBe(0);
    expect(Buffer.compare(here.commitment, here.encryptionKey.export())).not.toBe(0);
  });

  it('in each record belongs to the data key of that record', async () => {
    const store = await createSealingFixture();
    const record = await store.sealText('value');
    const { recipients } = record;
    const [wrapped] = recipients;
    if (!wrapped) throw new Error('the record has no recipient');
    const header = headerHash({ ...record, recipientKeyIds: recipients.map(({ keyId }) => keyId) });
    const { commitment } = deriveValueKeys(currentSuite.unwrap(wrapped, store.poolKey, header), header);
    expect(Buffer.compare(commitment, fromBase64url(record.commitment))).toBe(0);
  });
});

/**
 * Two blocks and a tag that AES-256-GCM accepts under both keys (Dodis, Grubbs, Ristenpart and Woodage, "Fast Message
 * Franking", 2018): the first block is free, the second is the solution of the linear equation "both tags are equal".
 */
function collidingCiphertext(firstKey: KeyObject, secondKey: KeyObject, associatedData: Uint8Array) {
  const iv = randomBytes(12);
  const free = block(randomBytes(blockBytes));
  const sides = [firstKey, secondKey].map((key) => {
    const hashKey = encryptBlock(key, Buffer.alloc(blockBytes));
    const mask = encryptBlock(key, Buffer.concat([iv, Buffer.from([0, 0, 0, 1])]));
    const lengths = Buffer.alloc(blockBytes);
    lengths.writeBigUInt64BE(BigInt(associatedData.length * 8), 0);
    lengths.writeBigUInt64BE(BigInt(2 * blockBytes * 8), 8);
    const blocks = [
      block(associatedData.subarray(0, 16)),
      block(associatedData.subarray(16, 32)),
      free,
      0n,
      block(lengths),
    ];
    const hash = blocks.reduce((sum, item) => multiply(sum ^ item, hashKey), 0n);
    return { tagWithoutSecondBlock: hash ^ mask, factor: multiply(hashKey, hashKey) };
  });
  const [first, second] = sides;
  if (!first || !second) throw new Error('there are two keys');
  const difference = first.tagWithoutSecondBlock ^ second.tagWithoutSecondBlock;
  const solved = multiply(difference, inverse(first.factor ^ second.factor));
  const tag = first.tagWithoutSecondBlock ^ multiply(solved, first.factor);
  return { iv: new Uint8Array(iv), ciphertext: new Uint8Array(Buffer.concat([free, solved, tag].map(bytes))) };
}

function encryptBlock(key: KeyObject, input: Uint8Array): bigint {
  return block(createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(input));
}

/** Multiplication in GF(2^128) with the bit order of NIST SP 800-38D, section 6.3. */
function multiply(x: bigint, y: bigint): bigint {
  let product = 0n;
  let shifted = y;
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((x >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ (0xe1n << 120n) : shifted >> 1n;
  }
  return product;
}

/** x to the power of 2^128 - 2. */
function inverse(x: bigint): bigint {
  let result = 1n << 127n;
  let power = x;
  for (let bit = 1; bit < 128; bit += 1) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

function block(input: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(input).toString('hex')}`);
}

function bytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(blockBytes * 2, '0'), 'hex');
}
