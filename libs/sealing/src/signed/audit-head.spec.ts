import { beforeAll, expect, it } from 'vitest';
import { generateSigningKey } from '../keys/signing-key.ts';
import { edited } from '../testing/edited.ts';
import { createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { signAuditHead, verifyAuditHead, type AuditHead } from './audit-head.ts';

const head: AuditHead = { epoch: 0, sequence: 41, hash: 'ab'.repeat(32) };
let store: SealingFixture;

beforeAll(async () => {
  store = await createSealingFixture();
});

it('a head is returned as the backend signed it', () => {
  expect(verifyAuditHead(signAuditHead(head, store.signer), store.signerKey)).toEqual(head);
});

it.each([
  ['another epoch', { epoch: 1 }],
  ['a later event', { sequence: 42 }],
  ['another event', { hash: 'cd'.repeat(32) }],
])('a head with %s is refused', (_, change) => {
  const forged = edited(signAuditHead(head, store.signer), change);
  expect(() => verifyAuditHead(forged, store.signerKey)).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
});

it('a head that a worker or a stranger signed is refused', async () => {
  for (const signer of [store.workerSigner, await generateSigningKey()]) {
    expect(() => verifyAuditHead(signAuditHead(head, signer), store.signerKey)).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNATURE' }),
    );
  }
});

it.each([
  ['before the first event', { sequence: -1 }],
  ['in half an epoch', { epoch: 0.5 }],
  ['with a hash in another form', { hash: 'AB'.repeat(32) }],
])('a head %s is not signed', (_, change) => {
  expect(() => signAuditHead({ ...head, ...change }, store.signer)).toThrow(
    expect.objectContaining({ code: 'BAD_RECORD' }),
  );
});
