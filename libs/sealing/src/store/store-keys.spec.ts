import { createPrivateKey } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { deriveKey, parseKeyRing } from '../keys/key-ring.ts';
import { importOpeningKey, type OpeningKey } from '../keys/opening-key.ts';
import { importSigningKey } from '../keys/signing-key.ts';
import { open } from '../sealed/open.ts';
import { seal } from '../sealed/seal.ts';
import type { SealedRecord } from '../sealed/sealed-record.ts';
import { binding, createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { readRecoveryFile } from './recovery-file.ts';

const value = 'correct horse battery staple';
let store: SealingFixture;
let record: SealedRecord;

beforeAll(async () => {
  store = await createSealingFixture();
  record = await store.sealText(value);
});

/** Every string in a JSON value, however deep, and what base64url or JSON in it holds. */
const strings = (json: unknown): string[] => {
  if (typeof json === 'string') return [json, ...embedded(json)];
  if (typeof json === 'object' && json !== null) return Object.values(json).flatMap(strings);
  return [];
};

const embedded = (text: string): string[] => {
  try {
    return strings(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return [];
  }
};

/** An opening key made of any 32 bytes. */
const openingKeyFrom = async (bytes: Uint8Array): Promise<OpeningKey[]> => {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), bytes]);
  const jwk = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
  return [await importOpeningKey(jwk)];
};

describe('the keys of a store', () => {
  it('do not let anyone open a secret with only what the backend has', async () => {
    const backendHas = {
      ...store.keys.backend,
      root: store.keys.root,
      rootFingerprint: store.keys.rootFingerprint,
      database: record,
    };
    // Signing and encrypting with these shows that the attempts below use working keys.
    const signer = importSigningKey(backendHas.signingKey);
    const ring = parseKeyRing(backendHas.keyRing);
    const candidates = strings(backendHas)
      .map((text) => new Uint8Array(Buffer.from(text, 'base64url')))
      .filter((bytes) => bytes.length === 32);
    candidates.push(...['session', 'api-key-hash'].map((purpose) => new Uint8Array(deriveKey(ring, purpose))));
    expect(candidates.length).toBeGreaterThan(10);
    for (const bytes of candidates) {
      const [key] = await openingKeyFrom(bytes);
      if (!key) throw new Error('no key');
      const attempts = [key, ...record.recipients.map(({ keyId }) => ({ ...key, keyId }))];
      for (const openingKey of attempts) {
        await expect(
          open({ record, binding, openingKeys: [openingKey], signerKey: store.signerKey }),
        ).rejects.toMatchObject({ code: expect.stringMatching(/^(NO_KEY|BAD_CIPHERTEXT)$/) });
      }
    }
    // With the worker's folder it opens, so the failures above are only due to the missing key.
    expect(signer.keyId).toBe(store.signerKey.keyId);
    const [poolKey] = store.keys.worker.poolKeys;
    const opened = await open({
      record,
      binding,
      openingKeys: [await importOpeningKey(poolKey)],
      signerKey: store.signerKey,
    });
    expect(Buffer.from(opened).toString()).toBe(value);
  });

  it('keep each private key in its own folder only', () => {
    const { backend, worker, recoveryFile, root } = store.keys;
    const privateHalves = (json: unknown): string[] =>
      typeof json === 'object' && json !== null
        ? Object.entries(json).flatMap(([key, inner]) => (key === 'd' ? [String(inner)] : privateHalves(inner)))
        : [];
    const folders = { backend, worker, recovery: recoveryFile };
    expect(Object.values(folders).map((folder) => privateHalves(folder).length)).toEqual([1, 2, 2]);
    for (const [name, folder] of Object.entries(folders)) {
      const elsewhere = JSON.stringify([root, ...Object.entries(folders).filter(([other]) => other !== name)]);
      for (const half of privateHalves(folder)) expect(elsewhere).not.toContain(half);
    }
  });

  it('let the recovery file alone open what the backend sealed', async () => {
    const { root, openingKeys, backendKeys } = await readRecoveryFile(
      JSON.parse(JSON.stringify(store.keys.recoveryFile)),
    );
    const signerKey = backendKeys.find(({ keyId }) => keyId === record.signature.keyId);
    if (!signerKey) throw new Error('the recovery file does not know the backend');
    expect(root.fingerprint).toBe(store.keys.rootFingerprint);
    expect(Buffer.from(await open({ record, binding, openingKeys, signerKey })).toString()).toBe(value);
  });

  it('reject a recovery file whose certificates come from another root', async () => {
    const other = await createSealingFixture();
    const forged = { ...store.keys.recoveryFile, backendCertificates: [other.keys.backend.certificates.backend] };
    await expect(readRecoveryFile(forged)).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
  });

  it('are new for each store', async () => {
    const other = await createSealingFixture();
    const foreign = await seal({
      value: Buffer.from('x'),
      binding,
      recipients: other.recipients,
      signer: other.signer,
    });
    await expect(
      open({
        record: foreign,
        binding,
        openingKeys: [store.poolKey, store.rootOpeningKey],
        signerKey: other.signerKey,
      }),
    ).rejects.toMatchObject({ code: 'NO_KEY' });
    await expect(
      open({ record: foreign, binding, openingKeys: [other.poolKey], signerKey: store.signerKey }),
    ).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
  });
});
