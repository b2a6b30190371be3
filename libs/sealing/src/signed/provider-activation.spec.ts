import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { toBase64url } from '../encoding/base64url.ts';
import { generateSigningKey } from '../keys/signing-key.ts';
import { edited } from '../testing/edited.ts';
import { createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { activationHash, signActivation, verifyActivation, type ProviderActivation } from './provider-activation.ts';
import { signWorkerCheck, verifyWorkerCheck, type WorkerCheck } from './worker-check.ts';

let store: SealingFixture;
beforeAll(async () => {
  store = await createSealingFixture();
});

const hash = (byte: number) => toBase64url(new Uint8Array(32).fill(byte));
const activation: ProviderActivation = {
  providerId: 'provider-1',
  number: 4,
  configurationHash: hash(1),
  workerConfigurationHash: hash(2),
};
const check: WorkerCheck = {
  checkId: 'check-1',
  providerId: 'provider-1',
  configurationHash: hash(1),
  workerConfigurationHash: null,
  providerKey: 'kv/throw-away',
  context: { secretId: 'secret-1', algorithmId: 'algorithm-1', environmentVariable: 'CHECK', version: 1 },
  expectedHash: hash(3),
  expiresAt: 2_000,
};

describe('provider activation', () => {
  it('returns what the backend signed', () => {
    expect(verifyActivation(signActivation(activation, store.signer), store.signerKey)).toEqual(activation);
  });

  it.each([
    ['another provider', { providerId: 'provider-2' }],
    ['another number', { number: 5 }],
    ['another configuration', { configurationHash: hash(9) }],
    ['other workers’ credentials', { workerConfigurationHash: hash(9) }],
    ['the workers’ credentials left out', { workerConfigurationHash: null }],
  ])('refuses %s', (_, change) => {
    const forged = edited(signActivation(activation, store.signer), change);
    expect(() => verifyActivation(forged, store.signerKey)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  });

  it('refuses what a stranger signed, and a check instead of an activation', async () => {
    const stranger = signActivation(activation, await generateSigningKey());
    expect(() => verifyActivation(stranger, store.signerKey)).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNATURE' }),
    );
    const other = signWorkerCheck(check, store.signer);
    expect(() => verifyActivation(other, store.signerKey)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  });
});

describe('hash of an activation', () => {
  it('is that of the verified content, by which workers know it, and differs for each change', () => {
    const envelope = signActivation(activation, store.signer);
    const verified = verifyActivation(envelope, store.signerKey);
    expect(activationHash(envelope)).toBe(createHash('sha256').update(JSON.stringify(verified)).digest('hex'));
    expect(activationHash(signActivation({ ...activation, number: 5 }, store.signer))).not.toBe(
      activationHash(envelope),
    );
  });
});

describe('worker check', () => {
  const at = (milliseconds: number) => new Date(milliseconds);

  it('returns what the backend signed until it expires', () => {
    const envelope = signWorkerCheck(check, store.signer);
    expect(verifyWorkerCheck(envelope, store.signerKey, at(1_999))).toEqual(check);
    expect(() => verifyWorkerCheck(envelope, store.signerKey, at(2_000))).toThrow(
      expect.objectContaining({ code: 'EXPIRED' }),
    );
  });

  it.each([
    ['the key of another secret', { providerKey: 'kv/a-real-secret' }],
    ['another expectation', { expectedHash: hash(9) }],
    ['a later end', { expiresAt: 9_000 }],
  ])('refuses %s', (_, change) => {
    const forged = edited(signWorkerCheck(check, store.signer), change);
    expect(() => verifyWorkerCheck(forged, store.signerKey, at(0))).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNATURE' }),
    );
  });
});
