import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBackend, type LeftStore } from '../http/testing/test-backend.ts';
import { LedgerProblem } from '../ledger/ledger-problem.ts';
import { type Attack, attacksOn, wholeOlderDatabase } from './attacks.ts';
import { copyPrey, makePrey, type Prey } from './attacked-store.ts';
import { DatabaseWriter, readTables, type TableImage } from './database-writer.ts';
import { type Answers, gains, probe } from './probes.ts';
import { WatchedPlugins } from './watched-plugins.ts';

let prey: Prey;
let now: readonly TableImage[];
let untouched: Answers;

const backendOn = async (left: LeftStore) => {
  const watched: WatchedPlugins[] = [];
  const backend = await startTestBackend({
    left,
    makePlugins: (options) => {
      const plugins = new WatchedPlugins(options);
      watched.push(plugins);
      return plugins;
    },
  });
  const [plugins] = watched;
  if (plugins === undefined) throw new Error('the backend has no plugins');
  // what waits for a worker goes on waiting
  backend.worker.online = false;
  return { backend, plugins };
};

const write = async ({ databaseUrl }: LeftStore, attack: Attack): Promise<boolean> => {
  const writer = await DatabaseWriter.connect(databaseUrl);
  try {
    await writer.dropConstraints();
    return await attack.run(writer);
  } finally {
    await writer.close();
  }
};

beforeAll(async () => {
  prey = await makePrey();
  now = await readTables(prey.left.databaseUrl);
  const copy = await copyPrey(prey);
  const { backend, plugins } = await backendOn(copy);
  untouched = await probe(backend, plugins, prey);
  await backend.leave();
  await copy.remove();
});
afterAll(() => prey.remove());

/** What the store does after the attack that it did not do before. */
const gained = async (attack: Attack, moment: 'running' | 'stopped'): Promise<string[]> => {
  const copy = await copyPrey(prey);
  try {
    if (moment === 'stopped') await write(copy, attack);
    const opened = await backendOn(copy).catch((error: unknown) => {
      if (error instanceof LedgerProblem) return null;
      throw error;
    });
    if (opened === null) return [];
    if (moment === 'running') await write(copy, attack);
    try {
      return gains(untouched, await probe(opened.backend, opened.plugins, prey));
    } finally {
      await opened.backend.leave();
    }
  } finally {
    await copy.remove();
  }
};

it('the store answers what is asked, so that a gain would show', () => {
  const answered = [...untouched].filter(([, answer]) => answer !== null).map(([name]) => name);
  expect(answered).toEqual(expect.arrayContaining(['key of admin GET /v1/admin/secret-provider', 'sign-in of eve']));
  expect([...untouched].length).toBeGreaterThan(30);
  expect(untouched.get('plugins that ran')).not.toEqual([]);
});

describe('whoever writes the database gains nothing', () => {
  it('one row of each table, changed, put back, moved, removed and planted', async () => {
    const failures: string[] = [];
    let tried = 0;
    for (const image of now) {
      const earlier = prey.earlier.find(({ table }) => table.name === image.table.name);
      const all = attacksOn(image, earlier ?? { table: image.table, rows: [] });
      const kinds = new Map(all.map((attack) => [attack.kind, attack]));
      for (const attack of kinds.values()) {
        tried += 1;
        const found = await gained(attack, tried % 2 === 0 ? 'running' : 'stopped').catch((error: unknown) => [
          String(error),
        ]);
        if (found.length > 0) failures.push(`${attack.table} ${attack.kind} ${attack.name}: ${found.join(', ')}`);
      }
    }
    expect(failures).toEqual([]);
    expect(tried).toBeGreaterThan(60);
  });

  it.each(['running', 'stopped'] as const)('a whole older database, %s', async (moment) => {
    expect(await gained(wholeOlderDatabase(prey.earlier), moment)).toEqual([]);
  });
});
