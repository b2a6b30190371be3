import { beforeAll, expect, it } from 'vitest';
import { edited } from '../testing/edited.ts';
import { createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { signTakeover, verifyTakeover, type Takeover } from './takeover.ts';

let store: SealingFixture;
let other: SealingFixture;
let takeover: Takeover;

beforeAll(async () => {
  [store, other] = await Promise.all([createSealingFixture(), createSealingFixture()]);
  takeover = { takeover: true, rootFingerprint: store.root.fingerprint, at: '2026-01-02T03:04:05.678Z' };
});

it('a takeover is returned as the root signed it', () => {
  expect(verifyTakeover(signTakeover(takeover, store.recovery.signingKey), store.root)).toEqual(takeover);
});

it('a takeover that was edited, or that anyone but this root signed, is refused', () => {
  const later = edited(signTakeover(takeover, store.recovery.signingKey), { at: '2027-01-02T03:04:05.678Z' });
  const forged = [store.signer, store.workerSigner, other.recovery.signingKey].map((signer) =>
    signTakeover(takeover, signer),
  );
  for (const envelope of [later, ...forged]) {
    expect(() => verifyTakeover(envelope, store.root)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
  }
});

it('a takeover that names another store is refused', () => {
  const foreign = { ...takeover, rootFingerprint: other.root.fingerprint };
  expect(() => verifyTakeover(signTakeover(foreign, store.recovery.signingKey), store.root)).toThrow(
    expect.objectContaining({ code: 'UNTRUSTED' }),
  );
});
