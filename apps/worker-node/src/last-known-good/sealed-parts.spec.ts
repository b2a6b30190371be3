import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { generateOpeningKey, generateSigningKey, type SealedRecord } from '@secret-store/sealing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWorkerKeys } from '../keys/read-worker-keys.ts';
import { algorithmId, idOf, SignedStore } from '../testing/signed-store.ts';
import { openParts, type OwnKeys, sealParts } from './sealed-parts.ts';

let directory: string;
let keys: OwnKeys;
const bytes = randomBytes(2_000_000);
const setHash = 'ab'.repeat(32);
let parts: readonly SealedRecord[];

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-parts-'));
  await SignedStore.create(directory);
  keys = await readWorkerKeys(directory, null);
  parts = await sealParts(keys, { algorithmId, setHash, bytes });
});
afterAll(() => rmSync(directory, { recursive: true }));

test('what is longer than one record holds is opened as it was, also after JSON', async () => {
  expect(parts).toHaveLength(3);
  const opened = await openParts(keys, algorithmId, JSON.parse(JSON.stringify(parts)));
  expect([opened.setHash, Buffer.from(opened.bytes).equals(bytes)]).toEqual([setHash, true]);
});

test('it is refused for another algorithm, another worker and another key', async () => {
  await expect(openParts(keys, idOf('other'), parts)).rejects.toThrow('something else');
  await expect(openParts({ ...keys, workerId: idOf('other') }, algorithmId, parts)).rejects.toThrow('something else');
  const signer = await generateSigningKey();
  await expect(openParts({ ...keys, signer }, algorithmId, parts)).rejects.toThrow('does not verify');
  const recipient = await generateOpeningKey();
  await expect(openParts({ ...keys, recipient }, algorithmId, parts)).rejects.toThrow('none of the available keys');
});

test('parts that are missing, moved, or of another writing are refused', async () => {
  const [one, two, three] = parts;
  if (!one || !two || !three) throw new Error('there are no parts');
  const others = await sealParts(keys, { algorithmId, setHash, bytes: randomBytes(2_000_000) });
  for (const wrong of [[one, two], [two, one, three], [one, two, others[2]], [], 'x', [one, two, three, three]])
    await expect(openParts(keys, algorithmId, wrong)).rejects.toThrow();
});
