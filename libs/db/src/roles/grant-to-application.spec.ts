import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withClient } from '../client/with-client.ts';
import { migrate } from '../migrate.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { migrationsDirectory } from '../testing/test-cluster.ts';

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

const ask = (url: string, sql: string): Promise<unknown[]> =>
  withClient(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

const addMigration = async (name: string, sql: string): Promise<void> => {
  await mkdir(path.join(directory, name));
  await writeFile(path.join(directory, name, 'migration.sql'), sql);
};

const migrateAs = (url: string, applicationRole?: string): Promise<string[]> =>
  migrate({ url, migrationsDirectory: directory, ...(applicationRole !== undefined && { applicationRole }) });

/** The application's rights on each table and sequence, as PostgreSQL lists them. */
const rights = async (): Promise<Record<string, string>> => {
  const rows = await ask(
    database.ownerUrl,
    `SELECT relname AS name, string_agg(privilege_type, ' ' ORDER BY privilege_type) AS held
     FROM pg_class, aclexplode(relacl) WHERE grantee = 'secret_store'::regrole AND relnamespace = 'public'::regnamespace
     GROUP BY relname`,
  );
  // the columns of the statement above
  return Object.fromEntries((rows as { name: string; held: string }[]).map(({ name, held }) => [name, held]));
};

/** Changes with each GRANT and REVOKE, also with one that grants what is granted. */
const catalogVersions = () => ask(database.ownerUrl, `SELECT relname, xmin::text FROM pg_class ORDER BY relname`);

const everything = 'DELETE INSERT SELECT UPDATE';

describe("the application's rights", () => {
  it('cover the tables of a new migration, without the history of the append-only ones', async () => {
    await addMigration('29990101000000_later', 'CREATE TABLE later (id bigserial PRIMARY KEY);');
    await migrateAs(database.ownerUrl, 'secret_store');
    expect(await rights()).toMatchObject({
      later: everything,
      later_id_seq: 'USAGE',
      secret: everything,
      audit_event: 'INSERT SELECT',
      audit_checkpoint: 'DELETE INSERT SELECT',
      restore_epoch: 'INSERT SELECT',
      _prisma_migrations: 'SELECT',
    });
  });

  it('come back to what they should be, and are not written again when they are', async () => {
    const asTheyShouldBe = await rights();
    await ask(
      database.ownerUrl,
      `GRANT ALL ON audit_event, _prisma_migrations TO secret_store; REVOKE UPDATE ON secret FROM secret_store;
       GRANT UPDATE ON SEQUENCE audit_event_sequence_seq TO secret_store`,
    );
    await migrateAs(database.ownerUrl, 'secret_store');
    expect(await rights()).toEqual(asTheyShouldBe);
    const versions = await catalogVersions();
    await migrateAs(database.ownerUrl, 'secret_store');
    expect(await catalogVersions()).toEqual(versions);
  });

  it('pass over an append-only table that does not exist', async () => {
    await ask(database.ownerUrl, 'DROP TABLE restore_epoch');
    await migrateAs(database.ownerUrl, 'secret_store');
    expect(await rights()).toMatchObject({ audit_event: 'INSERT SELECT' });
  });

  it('are left alone when the application is the owner', async () => {
    const versions = await catalogVersions();
    await migrateAs(database.ownerUrl, 'secret_store_owner');
    expect(await catalogVersions()).toEqual(versions);
  });

  it('let it see that nothing is to be migrated, and not migrate', async () => {
    expect(await migrateAs(database.url, 'secret_store')).toEqual([]);
    await addMigration('29990101000000_later', 'CREATE TABLE later (id int);');
    expect(await failureOf(migrateAs(database.url, 'secret_store'))).toMatch(
      /^DatabaseError: migration 29990101000000_later failed.*SECRET_STORE_MIGRATION_URL/,
    );
    expect(await ask(database.ownerUrl, `SELECT to_regclass('later') AS found`)).toEqual([{ found: null }]);
  });

  it('are not set by a role that does not own the tables, which is told so', async () => {
    const another = `${database.supervisorUrl}&options=${encodeURIComponent('-c role=pg_monitor')}`;
    await ask(database.ownerUrl, 'REVOKE UPDATE ON secret FROM secret_store');
    expect(await failureOf(migrateAs(another, 'secret_store'))).toMatch(/SECRET_STORE_MIGRATION_URL/);
    // now PostgreSQL only warns of a grant without effect
    await ask(database.ownerUrl, 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO pg_monitor');
    expect(await failureOf(migrateAs(another, 'secret_store'))).toMatch(/SECRET_STORE_MIGRATION_URL/);
  });
});

const failureOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => expect.fail('it was migrated'),
    (error: unknown) => String(error),
  );
