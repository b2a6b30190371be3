import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeRole, excessOf, openDatabase as connect } from '@secret-store/db';
import { createTestDatabase, type TestDatabase } from '@secret-store/db/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from './open-database.ts';
import { backendEnvironment, panelEnvironment, readSettings, workerEnvironment } from './settings.ts';
import { builtPrograms } from './programs.ts';

const root = path.resolve(import.meta.dirname, '../..');

let dataDirectory: string;
let database: TestDatabase;
let lines: string[];

beforeEach(async () => {
  dataDirectory = await mkdtemp(path.join(tmpdir(), 'launcher-database-'));
  database = await createTestDatabase();
  lines = [];
});
afterEach(async () => {
  await database.drop();
  await rm(dataDirectory, { recursive: true, force: true });
});

const open = (environment: NodeJS.ProcessEnv) =>
  openDatabase(readSettings({ root, dataDirectory }, environment), (event, { line }) =>
    lines.push(`${event}: ${line}`),
  );

/** What the role may do too much, and whether a table of the last migration answers. */
const seenBy = async (url: string) => {
  const { pool, close } = await connect({ url });
  await pool.query('SELECT FROM audit_pending');
  const role = await describeRole(pool);
  await close();
  return { name: role.name, excess: excessOf(role) };
};

describe('the database of the launcher', () => {
  it('is the embedded one, migrated by its owner, and the backend gets the application’s role', async () => {
    const opened = await open({});
    expect(await seenBy(opened.url)).toEqual({ name: 'secret_store', excess: [] });
    await opened.applyMigrations();
    await opened.stop();
  }, 60_000);

  it('is an outside one, migrated by the role of SECRET_STORE_MIGRATION_URL', async () => {
    await database.asOwner('REVOKE ALL ON audit_pending FROM secret_store');
    const opened = await open({ DATABASE_URL: database.url, SECRET_STORE_MIGRATION_URL: database.ownerUrl });
    expect(opened.url).toBe(database.url);
    expect(await seenBy(opened.url)).toEqual({ name: 'secret_store', excess: [] });
    expect(lines).toEqual([]);
  });

  it('is migrated with DATABASE_URL when nothing else is set, with a warning that says what to do', async () => {
    const opened = await open({ DATABASE_URL: database.ownerUrl });
    expect(opened.url).toBe(database.ownerUrl);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^migration: SECRET_STORE_MIGRATION_URL is not set.*docs\/database-roles\.md/);
  });
});

describe('SECRET_STORE_MIGRATION_URL', () => {
  it('reaches no process of the store', () => {
    const environment = { DATABASE_URL: 'postgresql://a', SECRET_STORE_MIGRATION_URL: 'postgresql://owner', PATH: '' };
    const settings = readSettings({ root, dataDirectory }, environment);
    const programs = builtPrograms(root);
    const given = { databaseUrl: 'postgresql://a', panelOrigin: '', programs };
    for (const child of [
      backendEnvironment(settings, environment, given),
      workerEnvironment(settings, environment, programs),
      panelEnvironment(environment, 1, programs),
    ]) {
      expect(JSON.stringify(child)).not.toContain('owner');
    }
  });

  it('without DATABASE_URL is refused: the embedded database has its own', () => {
    expect(() => readSettings({ root, dataDirectory }, { SECRET_STORE_MIGRATION_URL: 'postgresql://owner' })).toThrow(
      'DATABASE_URL',
    );
  });
});
