import { createStoreKeys } from '@secret-store/sealing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportAudit } from '../audit/export-audit.ts';
import { StoreOnDisk } from '../startup/testing/store-on-disk.ts';
import { verifyExport } from './verify-export.ts';

let store: StoreOnDisk;
let whole: string[];
let fromThird: string[];

beforeAll(async () => {
  store = await StoreOnDisk.create();
  const ledger = await store.start();
  for (const name of ['ada', 'bob', 'cleo', 'dora']) await store.addUser(ledger, name);
  await store.stop(ledger);
  whole = await exported();
  // as an export with `from` is: it begins in the middle
  const [opening = '', ...events] = whole;
  fromThird = [opening.replace('"first":1', '"first":3'), ...events.slice(2)];
});
afterAll(() => store.close());

const exported = async (): Promise<string[]> => {
  let text = '';
  for await (const part of await exportAudit({ db: store.db, keys: store.keys }, { format: 'jsonl' })) text += part;
  return text.trimEnd().split('\n');
};

const verify = async (lines: readonly string[], fingerprint = store.storeKeys.rootFingerprint) => {
  const each = async function* () {
    yield* lines;
  };
  return verifyExport(each(), fingerprint);
};

it('an export verifies by the fingerprint of the root alone, also a piece of the audit', async () => {
  expect(await verify(whole)).toEqual({ events: 4, first: 1, finding: null });
  expect(await verify(fromThird)).toEqual({ events: 2, first: 3, finding: null });
});

const edited = (lines: readonly string[], index: number, from: string, to: string) =>
  lines.map((line, at) => (at === index ? line.replace(from, to) : line));
const without = (lines: readonly string[], index: number) => lines.filter((_line, at) => at !== index);

it.each([
  ['edited', 2, () => edited(whole, 2, '"name":"bob"', '"name":"eve"')],
  ['removed', 2, () => without(whole, 2)],
  ['removed', 1, () => without(whole, 1)],
  ['cut off', 4, () => without(whole, 4)],
  ['reordered', 2, () => [whole[0], whole[1], whole[2], whole[2], whole[3], whole[4]].map(String)],
  ['removed', 3, () => without(fromThird, 1)],
  ['cut off', 4, () => without(fromThird, 2)],
])('an export that is %s at event %i does not verify', async (problem, sequence, lines) => {
  expect((await verify(lines())).finding).toMatchObject({ problem, sequence });
});

it('a file of another store, or none, is refused', async () => {
  const { rootFingerprint } = await createStoreKeys();
  await expect(verify(whole, rootFingerprint)).rejects.toThrow(/not from the store with this root fingerprint/);
  await expect(verify(whole.slice(0, 1), rootFingerprint)).rejects.toThrow(/fingerprint/);
  await expect(verify(whole.slice(1))).rejects.toThrow(/first line/);
  await expect(verify([])).rejects.toThrow(/empty/);
  await expect(verify([...whole.slice(0, 2), 'x'])).rejects.toThrow(/line 3/);
});
