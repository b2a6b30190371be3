import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AuditHead, signAuditHead } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readWorkerKeys } from '../keys/read-worker-keys.ts';
import { createStranger } from '../testing/plugin-worker.ts';
import { SignedStore } from '../testing/signed-store.ts';
import { NewestHead } from './newest-head.ts';

let folder: string;
let directory: string;
let store: SignedStore;
let now: number;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'secret-store-head-'));
  directory = path.join(folder, 'state');
  store = await SignedStore.create(folder);
  now = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = () => NewestHead.open({ directory, root: store.root, now: () => now });
const note = (newest: NewestHead, changes: Partial<AuditHead>) =>
  newest.note(store.signHead(changes), store.certificate);

test('there is none before the first', async () => {
  expect((await open()).envelope).toBeNull();
});

test('the newest is kept, by epoch and then by sequence, also after a restart', async () => {
  const newest = await open();
  const order: Partial<AuditHead>[] = [{ sequence: 5 }, { sequence: 9 }, { sequence: 8 }, { epoch: 3, sequence: 2 }];
  for (const head of [...order, { epoch: 2, sequence: 90 }]) {
    now += 1_000;
    await note(newest, head);
  }
  expect(newest.envelope).toEqual(store.signHead({ epoch: 3, sequence: 2 }));
  expect((await open()).envelope).toEqual(newest.envelope);
});

test('it is written at most once a second, and what is left when asked to', async () => {
  const newest = await open();
  await note(newest, { sequence: 1 });
  now = 999;
  await note(newest, { sequence: 2 });
  expect((await open()).envelope).toEqual(store.signHead({ sequence: 1 }));
  now = 1_000;
  await note(newest, { sequence: 2 });
  expect((await open()).envelope).toEqual(store.signHead({ sequence: 2 }));
  await note(newest, { sequence: 3 });
  await newest.write();
  expect((await open()).envelope).toEqual(store.signHead({ sequence: 3 }));
});

test('one that could not be written is written later', async () => {
  const newest = await open();
  rmSync(directory, { recursive: true });
  await expect(note(newest, { sequence: 1 })).rejects.toThrow('ENOENT');
  mkdirSync(directory);
  now += 1_000;
  await note(newest, { sequence: 1 });
  expect((await open()).envelope).toEqual(store.signHead({ sequence: 1 }));
});

describe('a head counts for nothing', () => {
  test('when no backend that the root certified signed it', async () => {
    const newest = await open();
    await note(newest, { sequence: 1 });
    const stranger = await createStranger();
    const { signer } = await readWorkerKeys(folder, null);
    const byWorker = signAuditHead({ epoch: 0, sequence: 9, hash: 'ab'.repeat(32) }, signer);
    for (const [head, certificate] of [
      [stranger.signHead({ sequence: 9 }), stranger.certificate],
      [stranger.signHead({ sequence: 9 }), store.certificate],
      [byWorker, store.workerCertificate],
    ] as const) {
      await expect(newest.note(head, certificate)).rejects.toMatchObject({ name: 'SealingError' });
    }
    expect(newest.envelope).toEqual(store.signHead({ sequence: 1 }));
  });

  test('when its file was changed: the worker does not start as if it had seen none', async () => {
    const newest = await open();
    await note(newest, { sequence: 9 });
    const file = path.join(directory, 'head.json');
    const other = await createStranger();
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    for (const text of ['', '{', JSON.stringify({ ...Object(kept), head: other.signHead() })]) {
      writeFileSync(file, text);
      await expect(open()).rejects.toThrow('head.json is damaged');
    }
  });
});
