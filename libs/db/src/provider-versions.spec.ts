import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { migrationsDirectory } from './testing/test-cluster.ts';

const migration = '20261126110000_provider_versions';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.supervisorUrl });
  await client.connect();
  await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await migrateWhere((name) => name < migration);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

const migrateWhere = async (isWanted: (name: string) => boolean): Promise<void> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  try {
    for (const entry of await readdir(migrationsDirectory)) {
      if (isWanted(entry))
        await cp(path.join(migrationsDirectory, entry), path.join(directory, entry), { recursive: true });
    }
    await migrate({ url: database.supervisorUrl, migrationsDirectory: directory });
  } finally {
    await rm(directory, { recursive: true });
  }
};

const query = async (text: string, values: unknown[] = []) => (await client.query(text, values)).rows;

const idOf = (digit: number) => `00000000-0000-7000-8000-00000000000${digit}`;
const [draft, active, returned, waiting, first, damaged, internal] = [1, 2, 3, 4, 5, 6, 7].map(idOf);
const at = new Date('2026-11-24T12:00:00Z');
const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(64));

const record = (name: string) => ({ record: name });

/** A row of what provider_configuration and provider_version had in common. */
const configuration = (name: string, revision: number) => ({
  revision,
  configurationKeys: ['address', name],
  encrypted: record(`${name} encrypted`),
  sealed: record(`${name} sealed`),
  workerConfigurationKeys: [`${name}-worker`],
  sealedForWorkers: record(`${name} for workers`),
  createdAt: at,
});

const insert = async (table: string, row: object): Promise<void> => {
  const names = Object.keys(row).map((name) => `"${name}"`);
  const places = names.map((_, index) => `$${index + 1}`);
  await query(`INSERT INTO ${table} (${names.join()}) VALUES (${places.join()})`, Object.values(row));
};

const addProvider = (id: string | undefined, row: object) =>
  insert('provider', {
    ...{ id, name: id, description: '', kind: 'plugin', factoryClassName: 'Factory', interfaceVersion: '1.0.0' },
    ...{ createdAt: at, updatedAt: at, ...row },
  });

const addModule = (sha256: string | undefined) =>
  insert('plugin_module', { sha256, bytes: Buffer.alloc(1), sizeBytes: 1, manifest: {} });

/** As a store of before wrote it. */
const fill = async (): Promise<void> => {
  for (const sha256 of [one, two, three]) await addModule(sha256);
  await addProvider(internal, { kind: 'internal', factoryClassName: 'InternalSecretProviderFactory' });

  await addProvider(draft, { revision: 1, wantsDefault: true });
  const typed = { ...configuration('draft', 4), sealed: null, sealedForWorkers: null };
  await insert('provider_configuration', { providerId: draft, ...typed });

  const activation = record('activation');
  const running = { moduleSha256: one, moduleName: 'one.tgz', activation };
  await addProvider(active, { ...running, revision: 2, isDefault: true });
  await insert('provider_configuration', { providerId: active, ...configuration('active', 2) });

  // it went back once: what is active was bound at 2, what was before at 3
  await addProvider(returned, { ...running, revision: 4 });
  await insert('provider_configuration', { providerId: returned, ...configuration('returned', 2) });
  const version = { factoryClassName: 'OtherFactory', moduleName: 'two.tgz' };
  await insert('provider_version', {
    ...{ providerId: returned, role: 'previous', moduleSha256: two, activation: record('earlier'), ...version },
    ...configuration('previous', 3),
  });

  await addProvider(waiting, { ...running, revision: 7 });
  await insert('provider_configuration', { providerId: waiting, ...configuration('active', 7) });
  for (const [role, moduleSha256] of [
    ['previous', two],
    ['candidate', three],
  ] as const) {
    const revision = role === 'previous' ? 6 : 8;
    await insert('provider_version', {
      ...{ providerId: waiting, role, moduleSha256, ...version, ...configuration(role, revision) },
    });
  }

  await addProvider(first, { revision: 1 });
  await insert('provider_configuration', { providerId: first, ...configuration('draft', 1), sealed: null });
  await insert('provider_version', {
    ...{ providerId: first, role: 'candidate', moduleSha256: three, ...version, ...configuration('candidate', 2) },
  });

  await addProvider(damaged, { revision: 3, moduleSha256: one });
};

const numbersOf = async (id: string | undefined) =>
  (
    await query(
      `SELECT "previousNumber" AS previous, "activeNumber" AS active, "candidateNumber" AS candidate, "lastNumber" AS last
       FROM provider WHERE id = $1`,
      [id],
    )
  )[0];
const versionsOf = (id: string | undefined) =>
  query('SELECT * FROM provider_version WHERE "providerId" = $1 ORDER BY number', [id]);

it('what a provider of before runs, what it ran and what it is to run are versions of it, as they were written', async () => {
  await fill();
  const untouched = `SELECT id, name, "isDefault", "wantsDefault", revision, activation, "updatedAt" FROM provider ORDER BY id`;
  const before = await query(untouched);
  await migrateWhere((name) => name <= migration);
  expect(await query(untouched)).toEqual(before);

  const factory = { factoryClassName: 'Factory', moduleSha256: one, moduleName: 'one.tgz' };
  const other = { factoryClassName: 'OtherFactory', moduleName: 'two.tgz' };
  expect(await numbersOf(internal)).toEqual({ previous: null, active: null, candidate: null, last: 0 });
  expect(await versionsOf(internal)).toEqual([]);

  expect(await numbersOf(draft)).toEqual({ previous: null, active: 1, candidate: null, last: 1 });
  expect(await versionsOf(draft)).toEqual([
    {
      ...{ providerId: draft, number: 1, factoryClassName: 'Factory', moduleSha256: null, moduleName: null },
      ...{ ...configuration('draft', 4), sealed: null, sealedForWorkers: null },
    },
  ]);

  expect(await numbersOf(active)).toEqual({ previous: null, active: 1, candidate: null, last: 1 });
  expect(await versionsOf(active)).toEqual([
    { providerId: active, number: 1, ...factory, ...configuration('active', 2) },
  ]);

  expect(await numbersOf(returned)).toEqual({ previous: 1, active: 2, candidate: null, last: 2 });
  expect(await versionsOf(returned)).toEqual([
    { providerId: returned, number: 1, ...other, moduleSha256: two, ...configuration('previous', 3) },
    { providerId: returned, number: 2, ...factory, ...configuration('returned', 2) },
  ]);

  expect(await numbersOf(waiting)).toEqual({ previous: 1, active: 2, candidate: 3, last: 3 });
  expect(await versionsOf(waiting)).toEqual([
    { providerId: waiting, number: 1, ...other, moduleSha256: two, ...configuration('previous', 6) },
    { providerId: waiting, number: 2, ...factory, ...configuration('active', 7) },
    { providerId: waiting, number: 3, ...other, moduleSha256: three, ...configuration('candidate', 8) },
  ]);

  expect(await numbersOf(first)).toEqual({ previous: null, active: 1, candidate: 2, last: 2 });
  expect((await versionsOf(first)).map(({ moduleSha256 }) => moduleSha256)).toEqual([null, three]);

  expect(await numbersOf(damaged)).toEqual({ previous: null, active: 1, candidate: null, last: 1 });
  expect(await versionsOf(damaged)).toMatchObject([{ moduleSha256: one, revision: 3, encrypted: {}, sealed: null }]);
});

it.each([
  ['a candidate that is not newer than what is active', `"candidateNumber" = "activeNumber"`],
  ['a candidate that served before', `"previousNumber" = 1, "activeNumber" = 2, "candidateNumber" = 1`],
  ['an active version without a number', `"activeNumber" = NULL`],
  ['a number that was not given yet', `"activeNumber" = "lastNumber" + 1`],
])('%s is refused', async (_, change) => {
  await expect(query(`UPDATE provider SET ${change} WHERE id = $1`, [waiting])).rejects.toThrow(
    'provider_version_numbers',
  );
});

it('a draft cannot be the default', async () => {
  await query(`UPDATE provider SET "isDefault" = false`);
  await expect(query(`UPDATE provider SET "isDefault" = true WHERE id = $1`, [draft])).rejects.toThrow(
    'provider_default_is_usable',
  );
});
