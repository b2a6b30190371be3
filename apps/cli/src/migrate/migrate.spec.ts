import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { bundleProgram } from '@secret-store/bundle';
import { createTestDatabase, type TestDatabase } from '@secret-store/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../../..');
// at the depth of dist/apps/cli, from where it finds the migrations
const program = path.join(root, 'dist/test/cli/migrate.mjs');

let database: TestDatabase;

beforeAll(async () => {
  await bundleProgram('apps/cli/src/migrate/main.ts', program);
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(program, { force: true });
});

const run = (environment: Readonly<Record<string, string>>, ...words: string[]) =>
  new Promise<{ exitCode: number; output: string; problems: string }>((resolve) => {
    const env = { PATH: process.env['PATH'], ...environment };
    execFile(process.execPath, [program, ...words], { env }, (error, output, problems) =>
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, output, problems }),
    );
  });

const settings = (): Record<string, string> => ({
  DATABASE_URL: database.url,
  SECRET_STORE_MIGRATION_URL: database.ownerUrl,
});

it('applies what is missing as the owner, and gives the application its rights', async () => {
  await database.asOwner('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  const first = await run(settings());
  expect(first).toMatchObject({ exitCode: 0, problems: '' });
  expect(first.output).toMatch(/^applied migration \d+_first$/m);
  expect(first.output).toMatch(/the role secret_store has its rights\n$/);
  const rights = `SELECT has_table_privilege('secret_store', 'secret', 'UPDATE') AS changes,
    has_table_privilege('secret_store', 'audit_event', 'UPDATE') AS rewrites`;
  expect(await database.asOwner(rights)).toEqual([{ changes: true, rewrites: false }]);
  expect((await run(settings())).output).toMatch(/^nothing to migrate$/m);
});

it('says what is missing or wrong, without a password', async () => {
  const missing = await run({ DATABASE_URL: database.url });
  expect(missing).toMatchObject({ exitCode: 78, output: '' });
  expect(missing.problems).toContain('SECRET_STORE_MIGRATION_URL');

  const wrong = new URL(database.ownerUrl);
  wrong.password = 'not-the-password';
  const refused = await run({ ...settings(), SECRET_STORE_MIGRATION_URL: wrong.href });
  expect(refused.exitCode).toBe(1);
  expect(refused.problems).toMatch(/^secret-store: password authentication failed for user "secret_store_owner"\n$/);

  expect(await run(settings(), 'now')).toMatchObject({ exitCode: 64 });
});

it('refuses to migrate as a role that does not own the tables', async () => {
  const another = `${database.supervisorUrl}&options=${encodeURIComponent('-c role=pg_monitor')}`;
  const { exitCode, problems } = await run({ ...settings(), SECRET_STORE_MIGRATION_URL: another });
  expect(exitCode).toBe(1);
  expect(problems).toContain('SECRET_STORE_MIGRATION_URL');
});
