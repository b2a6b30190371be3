import { beforeAll, expect, it } from 'vitest';
import { generateSigningKey, verificationKey } from '../keys/signing-key.ts';
import { edited } from '../testing/edited.ts';
import { createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { signWorkerAnswer, verifyWorkerAnswer, type WorkerAnswer } from './worker-answer.ts';

const answer: WorkerAnswer = {
  checkId: 'check-1',
  outcome: 'failed',
  version: null,
  message: 'sealed',
  key: 'address',
};
let store: SealingFixture;

beforeAll(async () => {
  store = await createSealingFixture();
});

const workerKey = () => verificationKey(store.workerSigner.publicKey);

it.each<[string, WorkerAnswer]>([
  ['a failure', answer],
  ['a match', { checkId: 'check-1', outcome: 'match', version: 'v1', message: '' }],
])('%s is returned as the worker signed it', (_, said) => {
  expect(verifyWorkerAnswer(signWorkerAnswer(said, store.workerSigner), workerKey())).toEqual(said);
});

it.each([
  ['another check', { checkId: 'check-2' }],
  ['another outcome', { outcome: 'match' }],
  ['another version', { version: 'v2' }],
  ['another message', { message: '' }],
  ['another key', { key: 'token' }],
])('an answer with %s is refused', (_, change) => {
  const forged = edited(signWorkerAnswer(answer, store.workerSigner), change);
  expect(() => verifyWorkerAnswer(forged, workerKey())).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
});

it('an answer that a stranger or the backend itself signed is refused', async () => {
  for (const signer of [store.signer, await generateSigningKey()]) {
    expect(() => verifyWorkerAnswer(signWorkerAnswer(answer, signer), workerKey())).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNATURE' }),
    );
  }
});

it.each([
  ['an unknown outcome', { outcome: 'maybe' as never }],
  ['a message that is too long', { message: 'x'.repeat(1001) }],
  ['a version that UTF-8 cannot hold', { version: '\uD800' }],
])('an answer with %s is not signed', (_, change) => {
  expect(() => signWorkerAnswer({ ...answer, ...change }, store.workerSigner)).toThrow(
    expect.objectContaining({ code: 'BAD_RECORD' }),
  );
});
