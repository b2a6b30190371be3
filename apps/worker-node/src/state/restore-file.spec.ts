import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProviderActivation, SetBody } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStranger } from '../testing/plugin-worker.ts';
import { algorithmId, idOf, SignedStore } from '../testing/signed-store.ts';
import { HighWaterMarks } from './high-water-marks.ts';

const lost = idOf('made after the backup');
const never = idOf('never seen');
const providerId = idOf('provider');
let folder: string;
let directory: string;
let store: SignedStore;
let marks: HighWaterMarks;

const open = () => HighWaterMarks.open({ directory, root: store.root });

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'secret-store-restore-'));
  directory = path.join(folder, 'state');
  store = await SignedStore.create(folder);
  marks = await open();
});
afterEach(async () => {
  await marks.kept();
  rmSync(folder, { recursive: true });
});

const hashOf = (body: object): string => createHash('sha256').update(JSON.stringify(body)).digest('hex');

const set = (number: number, about: Partial<SetBody> = {}): SetBody => ({
  algorithmId,
  owner: 'demo',
  name: 'hello',
  number,
  previous: null,
  secrets: [],
  ...about,
});
const accept = (body: SetBody) => marks.acceptSet(body, hashOf(body));

const activation = (number: number): ProviderActivation => ({
  providerId,
  number,
  configurationHash: `${number}`,
  workerConfigurationHash: null,
});
const activate = (number: number) => marks.acceptActivation(activation(number), hashOf(activation(number)));

const restore = (epoch: number, sets: readonly SetBody[], activations: readonly ProviderActivation[] = []) =>
  store.signRestore({
    epoch,
    sets: sets.map((body) => ({ algorithmId: body.algorithmId, number: body.number, hash: hashOf(body) })),
    activations: activations.map((body) => ({ providerId, number: body.number, hash: hashOf(body) })),
  });

/** What a worker that is started again, and one that goes on, believe after a restore is the same. */
describe.each([
  ['that goes on', async () => undefined],
  [
    'that is started again',
    async () => {
      await marks.kept();
      marks = await open();
    },
  ],
])('a worker %s', (_, restart) => {
  test('moves to exactly what the restore names, and the usual rules apply from there', async () => {
    await accept(set(9));
    await activate(4);
    await marks.follow(restore(100, [set(5)], [activation(2)]));
    await restart();
    expect(marks.epoch).toBe(100);
    await expect(accept(set(4))).rejects.toThrow('set 4 after set 5');
    await expect(accept(set(5, { previous: 'ab'.repeat(32) }))).rejects.toThrow('two different sets');
    await expect(activate(1)).rejects.toThrow('older configuration');
    await accept(set(5));
    await activate(2);
    await expect(accept(set(6))).rejects.toThrow('another set before it');
    await accept(set(6, { previous: hashOf(set(5)) }));
    await activate(3);
    await restart();
    await expect(accept(set(5))).rejects.toThrow('set 5 after set 6');
    await expect(activate(2)).rejects.toThrow('older configuration');
  });

  test('takes a secret again that was removed after the backup', async () => {
    const secret = { secretId: idOf('A'), environmentVariable: 'A', version: 1, providerId, sealedHash: null };
    const before = set(5, { secrets: [{ ...secret, providerKey: 'a', since: 1 }] });
    await accept(before);
    await accept(set(9));
    await marks.follow(restore(100, [before]));
    await restart();
    await accept(before);
    await accept({ ...before, number: 6, previous: hashOf(before) });
  });

  test('refuses an algorithm that the restore does not know, and knows the name of one that it does', async () => {
    await accept(set(9));
    await accept(set(3, { algorithmId: lost, name: 'lost' }));
    await marks.follow(restore(100, [set(5)]));
    await restart();
    await expect(accept(set(3, { algorithmId: lost, name: 'lost' }))).rejects.toThrow('was removed');
    await expect(accept(set(9, { name: 'other' }))).rejects.toThrow('has another name');
    await accept(set(1, { algorithmId: idOf('made again'), name: 'lost' }));
  });

  test('takes an algorithm back whose successor is not in the backup', async () => {
    await accept(set(9));
    await accept(set(1, { algorithmId: lost }));
    await expect(accept(set(9))).rejects.toThrow('was removed');
    await marks.follow(restore(100, [set(9)]));
    await restart();
    await accept(set(9));
    await expect(accept(set(1, { algorithmId: lost }))).rejects.toThrow('was removed');
  });

  test('is held to what the restore names also where it has seen nothing', async () => {
    await marks.follow(restore(100, [set(5, { algorithmId: never })], [activation(2)]));
    await restart();
    await expect(accept(set(4, { algorithmId: never }))).rejects.toThrow('set 4 after set 5');
    await expect(activate(1)).rejects.toThrow('older configuration');
  });

  test('lets a provider that had nothing active at the backup start again', async () => {
    await activate(4);
    await marks.follow(restore(100, []));
    await restart();
    await activate(1);
  });

  test('follows a later restore, and never an earlier one', async () => {
    await accept(set(9));
    await marks.follow(restore(100, [set(5)]));
    await marks.follow(restore(200, [set(7)]));
    await restart();
    await expect(marks.follow(restore(100, [set(5)]))).rejects.toThrow('older than what this worker has seen');
    await expect(accept(set(5))).rejects.toThrow('set 5 after set 7');
    await marks.follow(restore(200, [set(7)]));
    expect(marks.epoch).toBe(200);
    await accept(set(7));
  });
});

test('a restore that is sent again changes nothing that was seen since', async () => {
  await marks.follow(restore(100, [set(5)]));
  await accept(set(5));
  await accept(set(6, { previous: hashOf(set(5)) }));
  await marks.follow(restore(100, [set(5)]));
  await expect(accept(set(5))).rejects.toThrow('set 5 after set 6');
});

test('nobody but the pinned root moves a mark back', async () => {
  await accept(set(9));
  const stranger = await createStranger();
  const epoch = { epoch: 100, sets: [{ algorithmId, number: 5, hash: hashOf(set(5)) }] };
  for (const forged of [stranger.signRestore(epoch), store.signHead(), store.certificate]) {
    await expect(marks.follow(forged)).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
  }
  expect(marks.epoch).toBe(0);
  await expect(accept(set(5))).rejects.toThrow('set 5 after set 9');
});

test('a restore that cannot be written is not followed', async () => {
  await accept(set(9));
  mkdirSync(path.join(directory, 'epoch.json.new'));
  await expect(marks.follow(restore(100, [set(5)]))).rejects.toThrow('cannot write its state');
  await expect(accept(set(5))).rejects.toThrow('set 5 after set 9');
});

test('a file that was changed is an error, and not a restore that is missing', async () => {
  await marks.follow(restore(100, [set(5)]));
  const file = path.join(directory, 'epoch.json');
  const other = await createStranger();
  for (const text of ['{', JSON.stringify(other.signRestore({ epoch: 100 }))]) {
    writeFileSync(file, text);
    await expect(open()).rejects.toThrow('epoch.json is damaged');
  }
  expect(readFileSync(file, 'utf8')).not.toBe('');
});
