import { appendFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestBackend, type LeftStore } from '../http/testing/test-backend.ts';
import { LedgerProblem } from '../ledger/ledger-problem.ts';
import { type Attack, attacksOn, wholeOlderDatabase } from './attacks.ts';
import { copyPrey, makePrey, type Prey } from './attacked-store.ts';
import { DatabaseWriter, readTables, type TableImage } from './database-writer.ts';
import { askAsWorkers, readyOnWorkers } from './fleet-of-prey.ts';
import { allTrials, partOf, type Trial } from './part-of-attacks.ts';
import { type Answers, gains, probe } from './probes.ts';
import { WatchedPlugins } from './watched-plugins.ts';

/** When the writer comes, and who is asked then. */
const moments = [
  'stopped',
  'running',
  'running, after the first use',
  'running, asked of a backend that remembers nothing',
] as const;
type Moment = (typeof moments)[number];

/** `npm run test:attacks`: every row and column at every moment, with a line for each in the file that is named. */
const reportFile = process.env['ATTACK_REPORT'];
/** Of the part that is tried elsewhere: another one each day, which `ATTACK_SEED` repeats. */
const seed = process.env['ATTACK_SEED'] ?? new Date().toISOString().slice(0, 10);

let prey: Prey;
let now: readonly TableImage[];
let untouched: { readonly first: Answers; readonly second: Answers };

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
  // one that remembers nothing answers when it has asked the workers; here none comes
  backend.deps.ledger.standing.open();
  const ask = () => probe(backend, plugins, prey);
  const ready = async () => {
    await askAsWorkers(backend, prey.credentials.workers);
    return readyOnWorkers(backend, prey.secrets);
  };
  return { ask, ready, leave: () => backend.leave() };
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
  const { ask, leave } = await backendOn(copy);
  untouched = { first: await ask(), second: await ask() };
  await leave();
  await copy.remove();
});
afterAll(() => prey.remove());

interface Outcome {
  /** what the store does that it did not do before */
  readonly gained: readonly string[];
  readonly got: 'no start' | 'a refusal' | 'nothing';
}

const outcomeOf = (before: Answers, after: Answers): Outcome => ({
  gained: gains(before, after),
  got: isDeepStrictEqual(before, after) ? 'nothing' : 'a refusal',
});

const attackAt = async (attack: Attack, moment: Moment): Promise<Outcome> => {
  const copy = await copyPrey(prey, { forgets: moment.includes('remembers nothing') });
  try {
    if (moment === 'stopped') await write(copy, attack);
    const opened = await backendOn(copy).catch((error: unknown) => {
      if (error instanceof LedgerProblem) return null;
      throw error;
    });
    if (opened === null) return { gained: [], got: 'no start' };
    try {
      if (moment === 'stopped') return outcomeOf(untouched.first, await opened.ask());
      const isUsed = moment.includes('first use');
      if (isUsed) await opened.ask();
      await write(copy, attack);
      return outcomeOf(isUsed ? untouched.second : untouched.first, await opened.ask());
    } finally {
      await opened.leave();
    }
  } finally {
    await copy.remove();
  }
};

/** Adds a line to the report, where one is wanted. @returns what was gained, in words */
const tried = async (attack: Attack, moment: Moment): Promise<string[]> => {
  const { table, kind, column = '', name } = attack;
  const { gained, got } = await attackAt(attack, moment).catch((error: unknown) => ({
    gained: [error instanceof Error ? error.name : 'a failure'],
    got: 'nothing' as const,
  }));
  if (reportFile !== undefined) {
    appendFileSync(reportFile, `${JSON.stringify({ table, kind, column, row: name, moment, got, gained })}\n`);
  }
  return gained.length === 0 ? [] : [`${table} ${kind} ${name}, ${moment}: ${gained.join(', ')}`];
};

const attacksOf = (image: TableImage): Attack[] => {
  const earlier = prey.earlier.find(({ table }) => table.name === image.table.name);
  return attacksOn(image, earlier ?? { table: image.table, rows: [] });
};

it('the store answers what is asked, so that a gain would show', () => {
  const answered = [...untouched.first].filter(([, answer]) => answer !== null).map(([name]) => name);
  expect(answered).toEqual(expect.arrayContaining(['key of admin GET /v1/admin/secret-provider', 'sign-in of eve']));
  expect(answered.length).toBeGreaterThanOrEqual(30);
  expect(answered).toEqual(expect.arrayContaining(['fleet of first', 'fleet of edge']));
  expect(untouched.first.get('fleet of revoked')).toBeNull();
  const filled = now.filter(({ rows }) => rows.length > 0).map(({ table }) => table.name);
  expect(filled).toEqual(
    expect.arrayContaining(['join_request', 'pool_log_entry', 'worker', 'worker_pool', 'worker_receipt']),
  );
  // one of the five cannot be read, one has a newer value since, and the other worker is revoked
  expect(untouched.first.get('ready on workers')).toHaveLength(3);
  expect(untouched.first.get('plugins that ran')).not.toEqual([]);
  expect(untouched.first.get('calls of vaults')).toHaveLength(1);
});

describe('an attacker who writes the database gains nothing', () => {
  it.runIf(reportFile === undefined)(
    'from a write to any table, by each kind of write, at each moment',
    { timeout: 1_200_000 },
    async () => {
      const all = allTrials(now, attacksOf, moments);
      const part = partOf(all, seed);
      const abouts: ((trial: Trial<Moment>) => string)[] = [
        ({ attack }) => attack.table,
        ({ attack, moment }) => `${attack.kind}, ${moment}`,
        ({ type }) => type,
      ];
      for (const about of abouts) expect(new Set(part.map(about))).toEqual(new Set(all.map(about)));
      process.stdout.write(`${part.length} attacks, the same again with ATTACK_SEED=${seed}\n`);
      const failures: string[] = [];
      for (const { attack, moment } of part) failures.push(...(await tried(attack, moment)));
      expect(failures, `with ATTACK_SEED=${seed}`).toEqual([]);
    },
  );

  it('from any write to what workers said', async () => {
    const image = now.find(({ table }) => table.name === 'worker_receipt');
    if (image === undefined) throw new Error('there is such a table');
    const copy = await copyPrey(prey);
    const opened = await backendOn(copy);
    const writer = await DatabaseWriter.connect(copy.databaseUrl);
    try {
      await writer.dropConstraints();
      const before = await opened.ready();
      for (const attack of attacksOf(image)) {
        await attack.run(writer);
        const gained = (await opened.ready()).filter((secret) => !before.includes(secret));
        expect({ attack: attack.name, gained }).toEqual({ attack: attack.name, gained: [] });
        await wholeOlderDatabase([image]).run(writer);
      }
      expect(await opened.ready()).toEqual(before);
    } finally {
      await writer.close();
      await opened.leave();
      await copy.remove();
    }
  });

  it.runIf(reportFile !== undefined)(
    'from any row and column of any table, at any moment',
    { timeout: 14_400_000 },
    async () => {
      const failures: string[] = [];
      for (const { attack, moment } of allTrials(now, attacksOf, moments))
        failures.push(...(await tried(attack, moment)));
      expect(failures).toEqual([]);
    },
  );

  it.each(['stopped', 'running', 'running, after the first use'] as const)(
    'from a whole older database, %s',
    async (moment) => {
      expect(await tried(wholeOlderDatabase(prey.earlier), moment)).toEqual([]);
    },
  );
});
