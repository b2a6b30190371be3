import { createStoreKeys, signAuditHead } from '@secret-store/sealing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportAudit } from '../audit/export-audit.ts';
import { backendKeys } from '../secrets/testing/test-dependencies.ts';
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

const exported = async ({ db, keys } = store): Promise<string[]> => {
  let text = '';
  for await (const part of await exportAudit({ db, keys }, { format: 'jsonl' })) text += part;
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

const last = (lines: readonly string[]) => lines.length - 1;
const swapped = (lines: readonly string[], index: number) =>
  lines.with(index, lines[index + 1] ?? '').with(index + 1, lines[index] ?? '');

/** The end, signed by somebody else: of another store, or of nothing. */
const signedAgain = async (lines: readonly string[]) => {
  const event = JSON.parse(lines.at(-1) ?? '') as { sequence: number; hash: string };
  const { signer } = backendKeys(await createStoreKeys());
  const head = signAuditHead({ epoch: 0, sequence: event.sequence, hash: event.hash }, signer);
  return lines.with(last(lines), JSON.stringify({ ...event, head }));
};

it.each([
  ['edited', 2, () => edited(whole, 2, '"name":"bob"', '"name":"eve"')],
  ['edited', 3, () => edited(whole, 3, '"details":{}', '"details":{},"note":"added"')],
  ['edited', 3, () => edited(whole, 3, '"outcome":"done"', '"outcome":"refused","outcome":"done"')],
  ['edited', 3, () => edited(whole, 3, '"at":"2', '"at": "2')],
  ['edited', 3, () => edited(whole, 3, 'Z","actor"', '9Z","actor"')],
  ['edited', 2, () => whole.with(2, 'x')],
  ['edited', 2, () => edited(whole, 2, '"head":{', '"head":null,"tail":{')],
  ['edited', 4, () => signedAgain(whole)],
  ['edited', 4, () => edited(whole, 0, '"last":4', '"last":3')],
  ['edited', 1, () => edited(whole, 0, '"first":1,"last":4', '"first":null,"last":null')],
  ['removed', 2, () => without(whole, 2)],
  ['removed', 1, () => without(whole, 1)],
  ['cut off', 4, () => without(whole, 4)],
  ['cut off', 4, () => whole.with(4, whole[4]?.slice(0, -9) ?? '')],
  ['cut off', 1, () => whole.slice(0, 1)],
  ['not signed', 4, () => edited(whole, 4, whole[4]?.slice(whole[4].indexOf('"head":')) ?? '', '"head":null}')],
  ['reordered', 2, () => [whole[0], whole[1], whole[2], whole[2], whole[3], whole[4]].map(String)],
  ['reordered', 2, () => swapped(whole, 2)],
  ['reordered', 1, () => [whole[0], ...whole.slice(1).reverse()].map(String)],
  ['removed', 3, () => without(fromThird, 1)],
  ['cut off', 4, () => without(fromThird, 2)],
])('an export that is %s at event %i does not verify', async (problem, sequence, lines) => {
  expect((await verify(await lines())).finding).toMatchObject({ problem, sequence });
});

it('events of another store do not verify behind the first line of this one', async () => {
  const other = await StoreOnDisk.create();
  try {
    const ledger = await other.start();
    for (const name of ['ada', 'bob', 'cleo', 'dora']) await other.addUser(ledger, name);
    await other.stop(ledger);
    const foreign = await exported(other);
    expect((await verify([whole[0] ?? '', ...foreign.slice(1)])).finding).toMatchObject({
      problem: 'edited',
      sequence: 1,
    });
    await expect(verify(foreign)).rejects.toThrow(/not from the store with this root fingerprint/);
  } finally {
    await other.close();
  }
});

it('a file of another store, or none, is refused', async () => {
  const { rootFingerprint } = await createStoreKeys();
  await expect(verify(whole, rootFingerprint)).rejects.toThrow(/not from the store with this root fingerprint/);
  await expect(verify(whole.slice(0, 1), rootFingerprint)).rejects.toThrow(/fingerprint/);
  await expect(verify(whole.slice(1))).rejects.toThrow(/first line/);
  await expect(verify([])).rejects.toThrow(/empty/);
  for (const titles of ['"sequence","id"', '\uFEFFsequence;id', 'sequence,id']) {
    await expect(verify([titles, '"1","x"'])).rejects.toThrow(/CSV.*format=jsonl/);
  }
});
