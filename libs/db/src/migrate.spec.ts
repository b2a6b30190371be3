import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { migrationsDirectory } from './testing/test-cluster.ts';

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  await cp(migrationsDirectory, directory, { recursive: true });
});

afterEach(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

it('applies what is new, once, also when several start together', async () => {
  await addMigration('29990101000000_later', 'CREATE TABLE later (id int); INSERT INTO later VALUES (1);');
  const applied = await Promise.all([1, 2, 3].map(() => apply()));
  expect(applied.flat()).toEqual(['29990101000000_later']);
  expect(await apply()).toEqual([]);
  expect(await query('SELECT id FROM later')).toEqual([{ id: 1 }]);
});

it('applies nothing of a migration that fails', async () => {
  await addMigration('29990101000000_broken', 'CREATE TABLE half (id int); SELECT 1 / 0;');
  const failure = await apply().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'MIGRATION_FAILED' });
  expect(String(failure)).toContain('29990101000000_broken');
  expect(await query(`SELECT to_regclass('half') AS found`)).toEqual([{ found: null }]);
  expect(
    await query(`SELECT count(*)::int AS count FROM _prisma_migrations WHERE migration_name LIKE '2999%'`),
  ).toEqual([{ count: 0 }]);
});

it('applies nothing of a migration that it cannot record', async () => {
  await addMigration(
    '29990101000000_unrecorded',
    'CREATE TABLE half (id int); ALTER TABLE _prisma_migrations RENAME TO gone;',
  );
  await expect(apply()).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
  expect(await query(`SELECT to_regclass('half') AS found`)).toEqual([{ found: null }]);
});

it('refuses a migration that was edited after it had been applied', async () => {
  await addMigration('29990101000000_later', 'CREATE TABLE later (id int);');
  await apply();
  await appendFile(path.join(directory, '29990101000000_later', 'migration.sql'), '-- edited');
  await expect(apply()).rejects.toMatchObject({ code: 'MIGRATION_EDITED' });
});

it('refuses a database that is newer than the program', async () => {
  await addMigration('29990101000000_later', 'CREATE TABLE later (id int);');
  await apply();
  await rm(path.join(directory, '29990101000000_later'), { recursive: true });
  await addMigration('29990101000001_other', 'CREATE TABLE other (id int);');
  await expect(apply()).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN' });
  expect(await query(`SELECT to_regclass('other') AS found`)).toEqual([{ found: null }]);
});

it('refuses a database in which a migration stopped half-way', async () => {
  await query(`UPDATE _prisma_migrations SET finished_at = NULL`);
  await addMigration('29990101000000_later', 'CREATE TABLE later (id int);');
  await expect(apply()).rejects.toMatchObject({ code: 'MIGRATION_HALF_APPLIED' });
  expect(await query(`SELECT to_regclass('later') AS found`)).toEqual([{ found: null }]);
});

const apply = (): Promise<string[]> => {
  return migrate({ url: database.ownerUrl, migrationsDirectory: directory });
};

const addMigration = async (name: string, sql: string): Promise<void> => {
  await mkdir(path.join(directory, name));
  await writeFile(path.join(directory, name, 'migration.sql'), sql);
};

const query = async (sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};
