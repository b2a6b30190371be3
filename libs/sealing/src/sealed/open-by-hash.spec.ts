import { beforeAll, describe, expect, it } from 'vitest';
import { toBase64url } from '../encoding/base64url.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { generateOpeningKey } from '../keys/opening-key.ts';
import { generateSigningKey, signBytes } from '../keys/signing-key.ts';
import { singleBitChanges } from '../testing/mutations.ts';
import { binding, createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { open, type Opening } from './open.ts';
import { seal } from './seal.ts';
import { requireSealedRecord, sealedRecordHash, signedBytes, type SealedRecord } from './sealed-record.ts';

const value = 'correct horse battery staple';
let store: SealingFixture;
let record: SealedRecord;
let hash: string;

beforeAll(async () => {
  store = await createSealingFixture();
  record = await store.sealText(value);
  hash = sealedRecordHash(record);
});

const openWith = (input: Partial<Opening & { hash: string }>) =>
  open({ record, binding, openingKeys: [store.poolKey], hash, ...input });

describe('open by the hash that a set names', () => {
  it('returns the value to the pool and to the root', async () => {
    for (const key of [store.poolKey, store.rootOpeningKey])
      expect(Buffer.from(await openWith({ openingKeys: [key] })).toString()).toBe(value);
  });

  it('rejects a flipped bit anywhere in the record, its signature too', () => {
    const accepted: string[] = [];
    for (const { path, changed } of singleBitChanges(record)) {
      try {
        requireSealedRecord({ record: changed, hash });
        accepted.push(path);
      } catch (error) {
        if (!(error instanceof SealingError)) throw error;
      }
    }
    expect(accepted).toEqual([]);
  });

  it('rejects a genuine record that is not the one', async () => {
    const earlier = await store.sealText(value);
    await expect(openWith({ record: earlier })).rejects.toMatchObject({ code: 'BAD_HASH' });
    await expect(openWith({ hash: sealedRecordHash(earlier) })).rejects.toMatchObject({ code: 'BAD_HASH' });
  });

  it('rejects the record signed again, by the backend or by a stranger', async () => {
    for (const signer of [store.signer, await generateSigningKey()]) {
      const unsigned = { ...record, commitment: toBase64url(new Uint8Array(32)) };
      const signature = { keyId: signer.keyId, value: toBase64url(signBytes(signedBytes(unsigned), signer)) };
      await expect(openWith({ record: { ...unsigned, signature } })).rejects.toMatchObject({ code: 'BAD_HASH' });
      await expect(openWith({ record: { ...record, signature } })).rejects.toMatchObject({ code: 'BAD_HASH' });
    }
  });

  it.each([
    ['secret', { secretId: 'another' }],
    ['algorithm', { algorithmId: 'another' }],
    ['variable', { environmentVariable: 'OTHER' }],
    ['version', { version: 4 }],
  ])('rejects the named record for another %s', async (_, move) => {
    const other = { ...binding, ...move };
    await expect(openWith({ binding: other })).rejects.toMatchObject({ code: 'BAD_BINDING' });
    const moved = { ...record, binding: other };
    await expect(openWith({ record: moved, binding: other })).rejects.toMatchObject({ code: 'BAD_HASH' });
    // also if a set named it: the ciphertext is bound as well
    const named = { record: moved, binding: other, hash: sealedRecordHash(moved) };
    await expect(openWith(named)).rejects.toMatchObject({ code: 'BAD_CIPHERTEXT' });
  });

  it('rejects a key that is not a recipient', async () => {
    const stranger = await generateOpeningKey();
    await expect(openWith({ openingKeys: [stranger] })).rejects.toMatchObject({ code: 'NO_KEY' });
    const posing = { ...stranger, keyId: store.poolKey.keyId };
    await expect(openWith({ openingKeys: [posing] })).rejects.toMatchObject({ code: 'BAD_CIPHERTEXT' });
  });

  it('opens nothing without a reason to believe it', async () => {
    const without: object = { record, binding, openingKeys: [store.poolKey] };
    await expect(Reflect.apply(open, undefined, [without])).rejects.toMatchObject({ code: 'BAD_HASH' });
    for (const none of ['', null])
      await expect(Reflect.apply(open, undefined, [{ ...without, hash: none }])).rejects.toMatchObject({
        code: 'BAD_HASH',
      });
  });

  it('checks the signature too where a caller gives both', async () => {
    const { keyId, publicKey } = await generateSigningKey();
    const both: object = { record, binding, openingKeys: [store.poolKey], hash, signerKey: { keyId, publicKey } };
    await expect(Reflect.apply(open, undefined, [both])).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
  });

  it('rejects what is no record', async () => {
    for (const form of [null, undefined, 'record', { ...record, extra: 1 }, { ...record, iv: `${record.iv}=` }])
      await expect(openWith({ record: form })).rejects.toMatchObject({ code: 'BAD_RECORD' });
  });

  it('opens a value of no bytes', async () => {
    const empty = await seal({ value: new Uint8Array(), binding, recipients: store.recipients, signer: store.signer });
    expect(await openWith({ record: empty, hash: sealedRecordHash(empty) })).toHaveLength(0);
  });
});
