import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { toBase64url } from '../encoding/base64url.ts';
import { SealingError } from '../encoding/sealing-error.ts';
import { generateOpeningKey, recipientKey } from '../keys/opening-key.ts';
import { generateSigningKey, signBytes, type SigningKey } from '../keys/signing-key.ts';
import { singleBitChanges } from '../testing/mutations.ts';
import { binding, createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import type { SecretBinding } from './binding.ts';
import { open, type Opening } from './open.ts';
import { seal } from './seal.ts';
import { sealedRecordHash, signedBytes, verifySealedRecord, type SealedRecord } from './sealed-record.ts';

const value = 'correct horse battery staple';
let store: SealingFixture;
let record: SealedRecord;

beforeAll(async () => {
  store = await createSealingFixture();
  record = await store.sealText(value);
});

const openWith = (input: Partial<Opening>) =>
  open({ record, binding, openingKeys: [store.poolKey], signerKey: store.signerKey, ...input });

const signAgain = (changed: SealedRecord, signer: SigningKey): SealedRecord => {
  const unsigned = { ...changed, signature: { keyId: signer.keyId, value: '' } };
  return {
    ...unsigned,
    signature: { keyId: signer.keyId, value: toBase64url(signBytes(signedBytes(unsigned), signer)) },
  };
};

describe('open', () => {
  it('returns the value to the pool and to the root', async () => {
    expect(Buffer.from(await openWith({})).toString()).toBe(value);
    expect(Buffer.from(await openWith({ openingKeys: [store.rootOpeningKey] })).toString()).toBe(value);
  });

  it('returns any bytes exactly as they were sealed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 70_000, size: 'max' }), async (bytes) => {
        const sealed = await seal({ value: bytes, binding, recipients: store.recipients, signer: store.signer });
        expect(Buffer.compare(await openWith({ record: sealed }), bytes)).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('opens a record that a database has stored as JSON, with its fields in another order', async () => {
    const reordered: unknown = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(record).reverse())));
    expect(Buffer.from(await openWith({ record: reordered })).toString()).toBe(value);
    expect(sealedRecordHash(verifySealedRecord({ record: reordered, signerKey: store.signerKey }))).toBe(
      sealedRecordHash(record),
    );
  });

  it('seals the same value to two different records', async () => {
    const again = await store.sealText(value);
    expect(again.ciphertext).not.toBe(record.ciphertext);
    expect(again.commitment).not.toBe(record.commitment);
  });

  const moves: Record<string, Partial<SecretBinding>> = {
    secret: { secretId: '0192f0c1-0000-7000-8000-00000000000f' },
    algorithm: { algorithmId: '0192f0c1-0000-7000-8000-00000000000f' },
    variable: { environmentVariable: 'OTHER' },
    version: { version: 4 },
  };

  it.each(Object.entries(moves))('rejects a ciphertext moved to another %s', async (_, move) => {
    const other = { ...binding, ...move };
    await expect(openWith({ binding: other })).rejects.toMatchObject({ code: 'BAD_BINDING' });
    await expect(openWith({ record: { ...record, binding: other }, binding: other })).rejects.toMatchObject({
      code: 'BAD_SIGNATURE',
    });
  });

  it.each(Object.entries(moves))('rejects a ciphertext moved to another %s and signed again', async (_, move) => {
    const other = { ...binding, ...move };
    const moved = signAgain({ ...record, binding: other }, store.signer);
    await expect(openWith({ record: moved, binding: other })).rejects.toMatchObject({ code: 'BAD_CIPHERTEXT' });
  });

  it('rejects a configuration that is presented as a secret', async () => {
    const configuration = {
      type: 'provider-configuration',
      providerId: binding.secretId,
      revision: 3,
      moduleSha256: 'a'.repeat(64),
      factoryClassName: 'Factory',
      destinations: ['vault:8200'],
    } as const;
    const sealed = await seal({
      value: Buffer.from(value),
      binding: configuration,
      recipients: store.recipients,
      signer: store.signer,
    });
    await expect(openWith({ record: sealed })).rejects.toMatchObject({ code: 'BAD_BINDING' });
    for (const change of [
      { providerId: binding.algorithmId },
      { revision: 2 },
      { moduleSha256: 'b'.repeat(64) },
      { factoryClassName: 'Other' },
      { destinations: ['attacker:8200'] },
      { destinations: ['vault:8200', 'attacker:8200'] },
    ]) {
      const moved = { ...configuration, ...change };
      await expect(openWith({ record: sealed, binding: moved })).rejects.toMatchObject({ code: 'BAD_BINDING' });
      const signed = signAgain({ ...sealed, binding: moved }, store.signer);
      await expect(openWith({ record: signed, binding: moved })).rejects.toMatchObject({ code: 'BAD_CIPHERTEXT' });
    }
  });

  it('rejects a flipped bit anywhere in the record', async () => {
    const accepted: string[] = [];
    for (const { path, changed } of singleBitChanges(record)) {
      try {
        verifySealedRecord({ record: changed, signerKey: store.signerKey });
        accepted.push(path);
      } catch (error) {
        if (!(error instanceof SealingError)) throw error;
      }
    }
    expect(accepted).toEqual([]);
  });

  it('rejects a flipped bit in what it opens, even if the record is signed again', async () => {
    const sealed = await seal({
      value: Buffer.from(value),
      binding,
      recipients: store.recipients.slice(0, 1),
      signer: store.signer,
    });
    const { signature: _, ...unsigned } = sealed;
    // A record of an unknown type has no bytes to sign: it is refused because of its form, as the test above shows.
    const changes = [...singleBitChanges(unsigned)].filter(({ path }) => path !== 'binding.type');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...changes), async ({ changed }) => {
        // Only one leaf changes, so the shape is still that of a record; open parses it again.
        const forged = signAgain(
          { ...(changed as Omit<SealedRecord, 'signature'>), signature: sealed.signature },
          store.signer,
        );
        await expect(openWith({ record: forged, binding: forged.binding })).rejects.toBeInstanceOf(SealingError);
      }),
      { numRuns: 500 },
    );
  });

  it('rejects what a stranger forges with every public key and the database', async () => {
    const stranger = await generateSigningKey();
    const sealedByStranger = await seal({
      value: Buffer.from('forged'),
      binding,
      recipients: store.recipients,
      signer: stranger,
    });
    const pretending = {
      ...sealedByStranger,
      signature: { ...sealedByStranger.signature, keyId: store.signerKey.keyId },
    };
    const borrowing = { ...sealedByStranger, signature: record.signature };
    for (const forged of [sealedByStranger, pretending, borrowing]) {
      await expect(openWith({ record: forged })).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
    }
  });

  it('rejects a record with removed or added recipients', async () => {
    const stranger = await generateOpeningKey();
    const toStranger = await seal({
      value: Buffer.from(value),
      binding,
      recipients: [recipientKey(stranger.publicKey)],
      signer: await generateSigningKey(),
    });
    const stripped = { ...record, recipients: record.recipients.slice(0, 1) };
    const added = { ...record, recipients: [...record.recipients, ...toStranger.recipients] };
    const swapped = { ...record, recipients: record.recipients.toReversed() };
    for (const forged of [stripped, added, swapped]) {
      await expect(openWith({ record: forged })).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
      await expect(openWith({ record: signAgain(forged, store.signer) })).rejects.toMatchObject({
        code: 'BAD_CIPHERTEXT',
      });
    }
  });

  it('rejects a key that is not a recipient', async () => {
    const stranger = await generateOpeningKey();
    await expect(openWith({ openingKeys: [stranger] })).rejects.toMatchObject({ code: 'NO_KEY' });
    const posing = { ...stranger, keyId: store.poolKey.keyId };
    await expect(openWith({ openingKeys: [posing] })).rejects.toMatchObject({ code: 'BAD_CIPHERTEXT' });
  });

  it('rejects an encapsulated key of low order, with which everyone would agree on one secret', async () => {
    const zeros = toBase64url(new Uint8Array(32));
    const recipients = record.recipients.map((recipient) => ({ ...recipient, encapsulatedKey: zeros }));
    await expect(openWith({ record: signAgain({ ...record, recipients }, store.signer) })).rejects.toMatchObject({
      code: 'BAD_CIPHERTEXT',
    });
  });

  it('rejects a suite that it does not know', async () => {
    const forged = signAgain({ ...record, suite: 2 }, store.signer);
    await expect(openWith({ record: forged })).rejects.toMatchObject({ code: 'UNKNOWN_SUITE' });
  });

  it('rejects unknown fields, non-canonical encodings, and what is too long', async () => {
    const [first, ...others] = record.recipients;
    const forms: unknown[] = [
      null,
      [],
      'record',
      { ...record, extra: 1 },
      { ...record, binding: { ...record.binding, extra: 1 } },
      { ...record, recipients: [] },
      { ...record, recipients: [first, first, ...others] },
      { ...record, recipients: new Array(65).fill(first) },
      { ...record, iv: `${record.iv}=` },
      { ...record, iv: `${record.iv}\n` },
      { ...record, ciphertext: 'A'.repeat(1_500_000) },
      { ...record, binding: { ...record.binding, secretId: '\ud800' } },
    ];
    for (const form of forms) await expect(openWith({ record: form })).rejects.toMatchObject({ code: 'BAD_RECORD' });
  });
});

describe('seal', () => {
  it('refuses to seal without recipients, to a key with the wrong id, and to one of low order', async () => {
    const input = { value: Buffer.from(value), binding, signer: store.signer };
    await expect(seal({ ...input, recipients: [] })).rejects.toMatchObject({ code: 'NO_KEY' });
    const stranger = await generateOpeningKey();
    const posing = { keyId: store.poolKey.keyId, publicKey: stranger.publicKey };
    const ofLowOrder = recipientKey(toBase64url(new Uint8Array(32)));
    for (const recipient of [posing, ofLowOrder])
      await expect(seal({ ...input, recipients: [recipient] })).rejects.toMatchObject({ code: 'BAD_KEY' });
  });

  it('reveals nothing about the value in an error', async () => {
    const input = {
      value: Buffer.alloc(2_000_000, value),
      binding,
      signer: store.signer,
      recipients: store.recipients,
    };
    const error: unknown = await seal(input).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'BAD_RECORD' });
    expect(String(error)).not.toContain('horse');
  });
});
