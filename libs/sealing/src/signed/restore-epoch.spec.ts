import { beforeAll, expect, it } from 'vitest';
import { edited } from '../testing/edited.ts';
import { createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { signRestoreEpoch, verifyRestoreEpoch, type RestoreEpoch } from './restore-epoch.ts';
import { signTakeover } from './takeover.ts';

const hash = 'ab'.repeat(32);
const set = { algorithmId: 'algorithm-1', number: 3, hash };
const activation = { providerId: 'provider-1', number: 2, hash };
const epoch: RestoreEpoch = {
  epoch: 1_767_323_045_678,
  at: '2026-01-02T03:04:05.678Z',
  head: { sequence: 41, hash },
  sets: [set],
  activations: [activation],
};
let store: SealingFixture;
let other: SealingFixture;

beforeAll(async () => {
  [store, other] = await Promise.all([createSealingFixture(), createSealingFixture()]);
});

it('an epoch is returned as the root signed it', () => {
  expect(verifyRestoreEpoch(signRestoreEpoch(epoch, store.recovery.signingKey), store.root)).toEqual(epoch);
});

it.each([
  ['a greater number', { epoch: epoch.epoch + 1 }],
  ['another head', { head: { sequence: 40, hash } }],
  ['an older set', { sets: [{ ...set, number: 2 }] }],
  ['another set', { sets: [{ ...set, hash: 'cd'.repeat(32) }] }],
  ['an algorithm left out', { sets: [] }],
  ['an algorithm added', { sets: [set, { ...set, algorithmId: 'algorithm-2' }] }],
  ['an older activation', { activations: [{ ...activation, number: 1 }] }],
  ['a provider left out', { activations: [] }],
])('an epoch with %s is refused', (_, change) => {
  const forged = edited(signRestoreEpoch(epoch, store.recovery.signingKey), change);
  expect(() => verifyRestoreEpoch(forged, store.root)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
});

it('nobody but this root signs one: not the backend, not a worker, not another root', () => {
  for (const signer of [store.signer, store.workerSigner, other.recovery.signingKey]) {
    expect(() => verifyRestoreEpoch(signRestoreEpoch(epoch, signer), store.root)).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNATURE' }),
    );
  }
});

it('something else that the root signed is not taken for one', () => {
  const { fingerprint } = store.root;
  const takeover = signTakeover(
    { takeover: true, rootFingerprint: fingerprint, at: epoch.at },
    store.recovery.signingKey,
  );
  for (const envelope of [takeover, store.keys.backend.certificates.backend]) {
    expect(() => verifyRestoreEpoch(envelope, store.root)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  }
});

it.each([
  ['an algorithm twice', { sets: [set, { ...set, number: 4 }] }],
  ['a provider twice', { activations: [activation, { ...activation, number: 4 }] }],
  ['the number 0', { epoch: 0 }],
])('an epoch with %s is not signed', (_, change) => {
  expect(() => signRestoreEpoch({ ...epoch, ...change }, store.recovery.signingKey)).toThrow(
    expect.objectContaining({ code: 'BAD_RECORD' }),
  );
});

it('an epoch that is too large to be read is not signed', () => {
  const sets = Array.from({ length: 60_000 }, (_, index) => ({
    ...set,
    algorithmId: `algorithm-${index}`.padEnd(36, 'x'),
  }));
  expect(() => signRestoreEpoch({ ...epoch, sets }, store.recovery.signingKey)).toThrow(
    expect.objectContaining({ code: 'BAD_RECORD' }),
  );
});
