import { beforeAll, expect, it } from 'vitest';
import { generateSigningKey, importSigningKey, verificationKey } from '../keys/signing-key.ts';
import { edited } from '../testing/edited.ts';
import { createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import {
  receiptProcessesMaximum,
  signWorkerReceipt,
  verifyWorkerReceipt,
  type WorkerReceipt,
} from './worker-receipt.ts';

const started = '2026-11-27T03:00:00.000Z';
const receipt: WorkerReceipt = {
  workerId: 'worker-1',
  run: 3,
  counter: 8,
  algorithmId: 'algorithm-1',
  set: { number: 7, hash: 'ab'.repeat(32) },
  failures: [{ reason: 'sealed', secretIds: ['secret-1'] }],
  processes: [{ id: 'process-1', kind: 'supervise', number: 6, started }],
};
let store: SealingFixture;

beforeAll(async () => {
  store = await createSealingFixture();
});

const workerKey = () => verificationKey(store.workerSigner.publicKey);

it('a receipt is returned as the worker signed it', () => {
  expect(verifyWorkerReceipt(signWorkerReceipt(receipt, store.workerSigner), workerKey())).toEqual(receipt);
});

it.each([
  ['another worker', { workerId: 'worker-2' }],
  ['another run', { run: 4 }],
  ['another counter', { counter: 9 }],
  ['another algorithm', { algorithmId: 'algorithm-2' }],
  ['another set', { set: { number: 8, hash: 'ab'.repeat(32) } }],
  ['no failure', { failures: [] }],
  ['no process', { processes: [] }],
])('a receipt with %s is refused', (_, change) => {
  const forged = edited(signWorkerReceipt(receipt, store.workerSigner), change);
  expect(() => verifyWorkerReceipt(forged, workerKey())).toThrow(expect.objectContaining({ code: 'BAD_SIGNATURE' }));
});

it('a receipt that a stranger or the backend itself signed is refused', async () => {
  for (const signer of [store.signer, await generateSigningKey()]) {
    expect(() => verifyWorkerReceipt(signWorkerReceipt(receipt, signer), workerKey())).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNATURE' }),
    );
  }
});

it.each([
  ['words that might be a value', { failures: [{ secretIds: ['secret-1'], reason: 'password: hunter2' }] }],
  ['a reason in capitals', { failures: [{ secretIds: ['secret-1'], reason: 'HUNTER' }] }],
  ['another kind of process', { processes: [{ id: 'x', kind: 'shell' as never, number: 1, started }] }],
  ['too many processes', { processes: Array(receiptProcessesMaximum + 1).fill(receipt.processes[0]) }],
  ['a field more', { value: 'x' }],
])('a receipt with %s is not signed', (_, change) => {
  expect(() => signWorkerReceipt({ ...receipt, ...change }, store.workerSigner)).toThrow(
    expect.objectContaining({ code: 'BAD_RECORD' }),
  );
});

it('is a DSSE envelope of its own payload type: a known answer, made by another implementation of Ed25519', () => {
  // the key of RFC 8032, test 1
  const signer = importSigningKey({
    kty: 'OKP',
    crv: 'Ed25519',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  });
  const { payload, payloadType, signatures } = signWorkerReceipt({ ...receipt, failures: [], processes: [] }, signer);
  expect(payloadType).toBe('application/vnd.secret-store.worker-receipt.v1+json');
  expect(Buffer.from(payload, 'base64url').toString()).toBe(
    '{"workerId":"worker-1","run":3,"counter":8,"algorithmId":"algorithm-1",' +
      `"set":{"number":7,"hash":"${'ab'.repeat(32)}"},"failures":[],"processes":[]}`,
  );
  expect(signatures[0].sig).toBe(
    'Fhr6jpCznvxep5XuetQdfqYpv6KmcJ64Gqw4bfGRta00jj8uSUZC5NoBQ9sziy87WLgjzpGy2WOudnu2EJKxCA',
  );
});
