import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { vouchedEvents } from './vouched-events.ts';

let backend: TestBackend;

beforeAll(async () => {
  backend = await startTestBackend();
  await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name: 'hello' });
  await backend.deps.ledger.flush();
});
afterAll(() => backend.close());

it('what was signed before a restore counts up to the place of the restore, and not what stood after it', async () => {
  const { head } = backend.deps.ledger.chain;
  const sequences = Array.from({ length: head.sequence }, (_, index) => String(index + 1));
  const vouchedAfter = async (place: number) => {
    const restore = { ...head, epoch: head.epoch + 1, sequence: place };
    const { verificationKey } = backend.deps.keys;
    return [...(await vouchedEvents(backend.deps.db.pool, sequences, { verificationKey, restore })).keys()];
  };
  expect(await vouchedAfter(head.sequence)).toEqual(sequences);
  const counting = await vouchedAfter(head.sequence - 1);
  expect(sequences.slice(0, counting.length)).toEqual(counting);
  expect(counting.length).toBeLessThan(sequences.length);
});
