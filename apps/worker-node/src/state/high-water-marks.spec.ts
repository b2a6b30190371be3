import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NewSetEntry, SetBody, SetEntry } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { algorithmId, idOf, SignedStore } from '../testing/signed-store.ts';
import { HighWaterMarks } from './high-water-marks.ts';

let folder: string;
let directory: string;
let store: SignedStore;
let marks: HighWaterMarks;

const open = () => HighWaterMarks.open({ directory, root: store.root });

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'secret-store-marks-'));
  directory = path.join(folder, 'state');
  store = await SignedStore.create(folder);
  marks = await open();
});
afterEach(async () => {
  await marks.kept();
  rmSync(folder, { recursive: true });
});

const hashOf = (body: object): string => createHash('sha256').update(JSON.stringify(body)).digest('hex');

/** An entry for this word that last changed in set `since`. */
const entry = (word: string, since: number, changes: Partial<SetEntry> = {}): NewSetEntry => ({
  secretId: idOf(word),
  environmentVariable: word,
  version: 1,
  providerId: idOf('provider'),
  providerKey: `vault/${word}`,
  sealedHash: null,
  since,
  ...changes,
});

const first = ({ since: _, ...rest }: NewSetEntry): SetEntry => rest;

interface SetWords extends Partial<Omit<SetBody, 'secrets'>> {
  readonly number: number;
}

const set = (secrets: readonly SetEntry[], about: SetWords): SetBody => ({
  algorithmId,
  owner: 'demo',
  name: 'hello',
  previous: 'ab'.repeat(32),
  ...about,
  secrets: [...secrets],
});

const firstForm = (secrets: readonly NewSetEntry[], number: number): SetBody => {
  const { previous: _, ...body } = set(secrets.map(first), { number });
  return body;
};

const accept = (body: SetBody) => marks.acceptSet(body, hashOf(body));

/** The set after `held` in every respect, as the backend signs it. */
const next = (held: SetBody, secrets: readonly SetEntry[]) =>
  set(secrets, { number: held.number + 1, previous: hashOf(held) });

const file = (id = algorithmId) => path.join(directory, `algorithm-${id}.json`);

/** The folder as it is now, whatever the process before would still do. */
const restartAsKilled = async () => {
  const killed = path.join(folder, randomUUID());
  cpSync(directory, killed, { recursive: true });
  directory = killed;
  marks = await open();
};

const restart = async () => {
  await marks.kept();
  marks = await open();
};

describe('from a held set to a newer one', () => {
  let held: SetBody;
  beforeEach(async () => {
    held = set([entry('A', 2), entry('B', 5)], { number: 5 });
    await accept(held);
  });

  const allowed: Record<string, readonly NewSetEntry[]> = {
    'nothing changes': [entry('A', 2), entry('B', 5)],
    'an entry changes, and says so': [entry('A', 2), entry('B', 7, { version: 2 })],
    'an entry changes in the newest set': [entry('A', 9, { version: 4 }), entry('B', 5)],
    'an entry is added': [entry('A', 2), entry('B', 5), entry('C', 6)],
    'an entry goes': [entry('B', 5)],
    'the deletion of an entry begins': [entry('A', 2), entry('B', 8, { deleting: true })],
  };
  test.each(Object.entries(allowed))('%s', async (_, secrets) => {
    await accept(set(secrets, { number: 9 }));
    await restart();
    await accept(set(secrets, { number: 9 }));
  });

  const refused: Record<string, readonly NewSetEntry[]> = {
    'an entry changes and says that it has not': [entry('A', 2, { providerKey: 'vault/other' }), entry('B', 5)],
    'an entry changes and says that it did so in the held set': [entry('A', 2), entry('B', 5, { version: 2 })],
    'an entry is unchanged, but its since goes back': [entry('A', 1), entry('B', 5)],
    'an entry is added that says that it was there': [entry('A', 2), entry('B', 5), entry('C', 5)],
    'a deletion begins that says that it had begun': [entry('A', 2), entry('B', 5, { deleting: true })],
    'a version goes back, though the entry says that it changed': [entry('B', 9, { version: 0 })],
  };
  describe.each(Object.entries(refused))('it is refused that %s', (_, secrets) => {
    test('at once, and after a restart', async () => {
      await expect(accept(set(secrets, { number: 9 }))).rejects.toMatchObject({ exitCode: 69 });
      await restart();
      await expect(accept(set(secrets, { number: 9 }))).rejects.toMatchObject({ exitCode: 69 });
      await accept(held);
    });
  });

  test('the very next one names the held one', async () => {
    await expect(accept(set(held.secrets, { number: 6 }))).rejects.toThrow('it names another set before it');
    await expect(accept(set(held.secrets, { number: 6, previous: null }))).rejects.toThrow('another set before it');
    await accept(next(held, held.secrets));
  });

  test('a set of the first form does not come after one that says since', async () => {
    await expect(accept(firstForm([entry('A', 2), entry('B', 5)], 9))).rejects.toThrow('it has an older form');
  });

  test('a removed secret never returns, however it is dressed, also after a restart', async () => {
    const without = next(held, [entry('A', 2)]);
    await accept(without);
    const later = next(without, [entry('A', 7, { version: 2 })]);
    await accept(later);
    for (const returned of [entry('B', 5), entry('B', 9), entry('B', 9, { version: 8 })]) {
      const planted = set([...later.secrets, returned], { number: 9 });
      await expect(accept(planted)).rejects.toThrow('a secret that was removed is in it again');
      await restart();
      await expect(accept(planted)).rejects.toThrow('a secret that was removed is in it again');
    }
    await accept(set([...later.secrets, entry('C', 9)], { number: 9 }));
  });
});

describe('from a held set of the first form', () => {
  const secrets = [entry('A', 0), entry('B', 0)];

  test('another of the first form may follow, but no older version and no removed secret', async () => {
    await accept(firstForm([entry('A', 0, { version: 3 }), entry('B', 0)], 4));
    await accept(firstForm([entry('A', 0, { version: 3, providerKey: 'vault/new' })], 6));
    await expect(accept(firstForm([entry('A', 0, { version: 2 })], 7))).rejects.toThrow('older than what');
    await expect(accept(firstForm([entry('A', 0, { version: 3 }), entry('B', 0)], 7))).rejects.toThrow('removed');
  });

  test('an unchanged entry may say any since, and a changed one only a newer', async () => {
    const held = firstForm(secrets, 4);
    await accept(held);
    const wrong = [entry('A', 4, { providerKey: 'vault/other' }), entry('B', 4)];
    await expect(accept(next(held, wrong))).rejects.toThrow('last changed in set 4');
    await accept(next(held, [entry('A', 4), entry('B', 5, { version: 2 })]));
  });

  test('the next set names it by the hash of its signed bytes', async () => {
    const held = firstForm(secrets, 4);
    await accept(held);
    await expect(accept(set([], { number: 5 }))).rejects.toThrow('another set before it');
    await accept(next(held, []));
  });
});

describe('a mark that was written before marks held entries', () => {
  const held = firstForm([entry('A', 0, { version: 3 })], 4);
  const removed = idOf('REMOVED');

  beforeEach(async () => {
    const versions = { [idOf('A')]: 3, [removed]: 2 };
    const mark = { algorithmId, owner: 'demo', name: 'hello', number: 4, setHash: hashOf(held), superseded: false };
    writeFileSync(path.join(directory, `algorithm-${algorithmId}.json`), JSON.stringify({ ...mark, versions }));
    await restart();
  });

  test('goes on refusing what it refused', async () => {
    const older = firstForm([entry('A', 0, { version: 3 })], 3);
    await expect(accept(older)).rejects.toThrow('set 3 after set 4');
    await expect(accept(firstForm([entry('A', 0, { version: 4 })], 4))).rejects.toThrow('two different sets');
    await expect(accept(firstForm([entry('A', 0, { version: 2 })], 5))).rejects.toThrow('older than what');
    await expect(accept({ ...held, name: 'other', number: 5 })).rejects.toThrow('has another name');
  });

  test('takes the first set that says since, when what is old in it is what it knows', async () => {
    const known = entry('A', 4, { version: 3 });
    await expect(accept(set([known], { number: 5 }))).rejects.toThrow('another set before it');
    await expect(accept(next(held, [entry('A', 4, { version: 4 })]))).rejects.toThrow('last changed in set 4');
    await expect(accept(next(held, [known, entry('NEW', 4)]))).rejects.toThrow('last changed in set 4');
    await accept(next(held, [known, entry('NEW', 5)]));
    await expect(accept(set([entry('A', 9, { version: 3 }), entry('REMOVED', 9, { version: 2 })], { number: 9 })))
      .rejects //
      .toThrow('removed');
  });

  test('learns the entries of the set that it holds, and then no removed secret returns', async () => {
    await accept(held);
    await restart();
    const back = next(held, [entry('A', 4, { version: 3 }), entry('REMOVED', 5, { version: 2 })]);
    await expect(accept(back)).rejects.toThrow('removed');
  });
});

describe('a mark that cannot be written', () => {
  const other = idOf('other algorithm');
  const blocked = () => mkdirSync(`${file()}.new`);
  const unblock = () => rmSync(`${file()}.new`, { recursive: true });

  test('fails its own algorithm each time, and no other', async () => {
    blocked();
    const changed = set([], { number: 1 });
    await expect(accept(changed)).rejects.toThrow('cannot write its state');
    await accept(set([], { number: 1, algorithmId: other, name: 'other' }));
    await expect(accept(changed)).rejects.toThrow('cannot write its state');
    await marks.acceptActivation(
      { providerId: idOf('p'), number: 1, configurationHash: 'x', workerConfigurationHash: null },
      'hash',
    );
    unblock();
    await accept(set([], { number: 1, algorithmId: other, name: 'other' }));
    await marks.kept();
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ number: 1 });
  });

  test('and that only the disk refuses fails the next read, until the disk takes it', async () => {
    mkdirSync(path.join(file(), 'in the way'), { recursive: true });
    const changed = set([], { number: 1 });
    await accept(changed);
    await marks.kept();
    await expect(accept(changed)).rejects.toThrow('cannot write its state');
    rmSync(file(), { recursive: true });
    await accept(changed);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ number: 1 });
  });

  test('of the algorithm that had the name fails the one that takes it', async () => {
    await accept(set([], { number: 1 }));
    await marks.kept();
    blocked();
    await expect(accept(set([], { number: 1, algorithmId: other }))).rejects.toThrow('cannot write its state');
  });
});

describe('a mark that is on disk', () => {
  test('is not written again by a read that changes nothing', async () => {
    const held = set([entry('A', 1)], { number: 1 });
    await accept(held);
    await marks.kept();
    rmSync(file());
    await accept(held);
    expect(existsSync(file())).toBe(false);
  });

  test('is the newest one when several reads moved it at once', async () => {
    const sets = [1, 2, 3, 4].map((number) => set([entry('A', 1)], { number }));
    const hashes = new Map<number, string>();
    for (const body of sets)
      hashes.set(body.number, hashOf({ ...body, previous: hashes.get(body.number - 1) ?? null }));
    await Promise.all(
      sets.map((body) => {
        const previous = hashes.get(body.number - 1) ?? null;
        return marks.acceptSet({ ...body, previous }, hashes.get(body.number) ?? '');
      }),
    );
    await marks.kept();
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ number: 4 });
  });

  test('is there before a read that found it in memory goes on', async () => {
    const held = set([entry('A', 1)], { number: 1 });
    const first = accept(held);
    // its file is being written
    await new Promise((resolve) => setImmediate(resolve));
    await accept(held);
    await restartAsKilled();
    await expect(accept(set([], { number: 0 }))).rejects.toThrow('set 0 after set 1');
    await first;
  });
});

describe('a worker that was killed', () => {
  test('has every mark that was accepted, also where the disk was not flushed', async () => {
    await accept(set([entry('A', 1)], { number: 1 }));
    await marks.kept();
    await accept(set([entry('A', 1)], { number: 3 }));
    await restartAsKilled();
    await expect(accept(set([entry('A', 1)], { number: 2 }))).rejects.toThrow('set 2 after set 3');
    await accept(set([entry('A', 1)], { number: 5 }));
    await restart();
    await expect(accept(set([entry('A', 1)], { number: 3 }))).rejects.toThrow('set 3 after set 5');
  });

  test('with its machine, in the middle of a write, has the mark before it', async () => {
    await accept(set([], { number: 5 }));
    await marks.kept();
    for (const damaged of ['', '{"algorithmId":', '{}']) {
      writeFileSync(`${file()}.new`, damaged);
      marks = await open();
      await expect(accept(set([], { number: 4 }))).rejects.toThrow('set 4 after set 5');
    }
  });

  test('does not start where a written mark cannot be read: it may be the newest one', async () => {
    await accept(set([], { number: 5 }));
    await marks.kept();
    mkdirSync(`${file()}.new`);
    await expect(open()).rejects.toThrow('EISDIR');
    rmSync(`${file()}.new`, { recursive: true });
    marks = await open();
  });

  test('believes no written mark that is older than the kept one', async () => {
    await accept(set([], { number: 4 }));
    await marks.kept();
    const older = readFileSync(file());
    await accept(set([], { number: 6 }));
    await marks.kept();
    writeFileSync(`${file()}.new`, older);
    marks = await open();
    await expect(accept(set([], { number: 4 }))).rejects.toThrow('set 4 after set 6');
  });
});

test('a file that is damaged is an error, and not a mark that is missing', async () => {
  await accept(set([], { number: 1 }));
  await marks.kept();
  writeFileSync(file(), '{');
  await expect(open()).rejects.toThrow('is damaged');
});

test('the disk is flushed later, and a change that comes before that does not wait', async () => {
  const pause = (_milliseconds: number, signal: AbortSignal) => once(signal, 'abort');
  marks = await HighWaterMarks.open({ directory, root: store.root, pause });
  const held = set([entry('A', 1)], { number: 1 });
  await accept(held);
  expect([existsSync(file()), existsSync(`${file()}.new`)]).toEqual([false, true]);
  const newer = next(held, [entry('A', 1)]);
  await accept(newer);
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ number: 1 });
  await restartAsKilled();
  await expect(accept(held)).rejects.toThrow('set 1 after set 2');
});
