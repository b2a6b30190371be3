import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

const library = path.resolve(import.meta.dirname, '..');
const root = path.resolve(library, '../..');
const schemaFile = path.join(root, 'prisma/schema.prisma');

let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'secret-store-migrate-diff-'));
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

/** Compares what the migrations make, on a server, with a schema; the exit codes are those of `--exit-code`. */
const difference = async (schema: string) => {
  const words = [
    'migrate',
    'diff',
    '--exit-code',
    '--from-migrations',
    path.join(root, 'prisma/migrations'),
    '--to-schema',
    schema,
  ];
  const environment = { ...process.env, DATABASE_URL: database.supervisorUrl };
  const run = promisify(execFile)(path.join(root, 'node_modules/.bin/prisma'), words, {
    cwd: library,
    env: environment,
  });
  return run.then(
    ({ stdout }) => ({ exitCode: 0, stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      exitCode: code,
      stdout: stdout + stderr,
    }),
  );
};

const shadowDatabases = async () => {
  const client = new pg.Client({ connectionString: database.supervisorUrl });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE datname LIKE 'prisma_migrate_shadow%'",
  );
  await client.end();
  return rows;
};

test('the migrations make exactly the tables of the schema, and comparing them leaves no database behind', async () => {
  const { exitCode, stdout } = await difference(schemaFile);
  expect(stdout).toContain('No difference detected.');
  expect(exitCode).toBe(0);
  expect(await shadowDatabases()).toEqual([]);
}, 120_000);

test('a column without a migration is a difference', async () => {
  const changed = path.join(folder, 'schema.prisma');
  const schema = await readFile(schemaFile, 'utf8');
  await writeFile(changed, schema.replace(/^model WorkerPool \{$/m, '$&\n  colour String?'));
  const { exitCode, stdout } = await difference(changed);
  expect(stdout).toMatch(/Changed the `worker_pool` table[\s\S]*Added column `colour`/);
  expect(exitCode).toBe(2);
}, 120_000);
