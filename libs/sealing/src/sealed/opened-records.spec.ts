import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { generateOpeningKey, type OpeningKey } from '../keys/opening-key.ts';
import { binding, createSealingFixture, type SealingFixture } from '../testing/sealing-fixture.ts';
import { OpenedRecords } from './opened-records.ts';
import { currentSuite } from './suites.ts';
import { sealedRecordHash, type SealedRecord } from './sealed-record.ts';

const value = 'correct horse battery staple';
let store: SealingFixture;
let other: OpeningKey;
let record: SealedRecord;
let hash: string;
let opened: OpenedRecords;

beforeAll(async () => {
  store = await createSealingFixture();
  other = await generateOpeningKey();
});
beforeEach(async () => {
  record = await store.sealText(value);
  hash = sealedRecordHash(record);
  opened = new OpenedRecords();
});

const openWith = (input: Partial<Parameters<OpenedRecords['open']>[0]> = {}): string =>
  Buffer.from(opened.open({ record, binding, openingKeys: [store.poolKey], hash, ...input })).toString();

it('gives the value each time, and opens the wrapped key once', () => {
  const unwrap = vi.spyOn(currentSuite, 'unwrap');
  expect([openWith(), openWith(), openWith()]).toEqual([value, value, value]);
  expect(unwrap).toHaveBeenCalledTimes(1);
  unwrap.mockRestore();
});

it('gives a caller bytes of its own, which it overwrites', () => {
  const bytes = opened.open({ record, binding, openingKeys: [store.poolKey], hash });
  bytes.fill(0);
  expect(openWith()).toBe(value);
});

it.each([
  ['another hash', () => ({ hash: 'A'.repeat(43) }), 'BAD_HASH'],
  ['another binding', () => ({ binding: { ...binding, version: 2 } }), 'BAD_BINDING'],
  ['another secret', () => ({ binding: { ...binding, secretId: crypto.randomUUID() } }), 'BAD_BINDING'],
  ['a key that is there no more', () => ({ openingKeys: [other] }), 'NO_KEY'],
  ['no key', () => ({ openingKeys: [] }), 'NO_KEY'],
])('refuses %s after it was opened as before it', (_, change, code) => {
  for (let times = 0; times < 2; times += 1) {
    expect(() => openWith(change())).toThrow(expect.objectContaining({ code }));
    expect(openWith()).toBe(value);
  }
});

it('believes no other object because it is equal', () => {
  openWith();
  const changed = { ...record, ciphertext: record.ciphertext.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) };
  expect(() => openWith({ record: changed })).toThrow(expect.objectContaining({ code: 'BAD_HASH' }));
});
