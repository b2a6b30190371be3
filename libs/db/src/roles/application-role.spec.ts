import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../client/with-client.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';

const forbidden = '42501';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const ask = (url: string, sql: string, parameters: readonly unknown[] = []): Promise<unknown[]> =>
  withClient(url, async (client) => (await client.query<Record<string, unknown>>(sql, [...parameters])).rows);

/** PostgreSQL's code of the error that the application's role gets. */
const refusalOf = async (sql: string): Promise<string> => {
  const error = await ask(database.url, sql).then(
    () => expect.fail(`the application may do this: ${sql}`),
    (reason: unknown) => reason,
  );
  return error instanceof pg.DatabaseError ? String(error.code) : String(error);
};

const addEvent = (url: string): Promise<unknown> =>
  ask(
    url,
    `INSERT INTO audit_event (id, at, "actorType", "actorId", action, "subjectType", "subjectId", details, "previousHash", hash)
     VALUES ($1, now(), 'system', 'backend', 'secret.create', 'secret', '1', '{}', '', $2)`,
    [randomUUID(), randomUUID()],
  );

describe("the application's role", () => {
  it('reads, adds, changes and removes rows', async () => {
    const id = randomUUID();
    await ask(database.url, 'INSERT INTO worker_pool (id, name) VALUES ($1, $2)', [id, 'one']);
    await ask(database.url, 'UPDATE worker_pool SET name = $2 WHERE id = $1', [id, 'two']);
    expect(await ask(database.url, 'SELECT name FROM worker_pool')).toEqual([{ name: 'two' }]);
    expect(await ask(database.url, 'DELETE FROM worker_pool RETURNING name')).toEqual([{ name: 'two' }]);
    expect(await ask(database.url, 'SELECT 1 AS one FROM _prisma_migrations LIMIT 1')).toEqual([{ one: 1 }]);
  });

  it('adds audit events, by their sequence too, and never changes or removes one', async () => {
    await addEvent(database.url);
    expect(await ask(database.url, 'SELECT action FROM audit_event')).toEqual([{ action: 'secret.create' }]);
    for (const table of ['audit_event', 'restore_epoch']) {
      expect(await refusalOf(`DELETE FROM ${table}`), table).toBe(forbidden);
    }
    for (const table of ['audit_event', 'audit_checkpoint', 'restore_epoch']) {
      expect(await refusalOf(`TRUNCATE ${table}`), table).toBe(forbidden);
    }
    expect(await refusalOf(`UPDATE audit_event SET "actorId" = 'nobody'`)).toBe(forbidden);
    expect(await refusalOf(`UPDATE audit_checkpoint SET sequence = 1`)).toBe(forbidden);
    expect(await refusalOf(`UPDATE restore_epoch SET epoch = 1`)).toBe(forbidden);
    expect(await refusalOf(`SELECT setval('audit_event_sequence_seq', 1)`)).toBe(forbidden);
  });

  it.each([
    `SELECT pg_read_file('/etc/passwd')`,
    `SELECT pg_read_binary_file('PG_VERSION')`,
    `SELECT pg_ls_dir('.')`,
    `SELECT lo_import('/etc/passwd')`,
    `COPY worker_pool FROM '/etc/passwd'`,
    `COPY worker_pool TO PROGRAM 'cat'`,
    `SET session_replication_role = replica`,
    `SELECT rolpassword FROM pg_authid`,
    `ALTER SYSTEM SET log_statement = 'all'`,
  ])('reaches nothing of the server: %s', async (sql) => {
    expect(await refusalOf(sql)).toBe(forbidden);
  });

  it.each([
    `ALTER TABLE audit_event DISABLE TRIGGER USER`,
    `DROP TRIGGER audit_event_is_final ON audit_event`,
    `CREATE TRIGGER mine BEFORE INSERT ON audit_event EXECUTE FUNCTION refuse_change_of_audit_event()`,
    `CREATE OR REPLACE FUNCTION refuse_change_of_audit_event() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'`,
    `CREATE RULE mine AS ON INSERT TO audit_event DO INSTEAD NOTHING`,
    `ALTER TABLE secret ADD COLUMN value text`,
    `ALTER TABLE secret OWNER TO secret_store`,
    `DROP TABLE secret`,
    `TRUNCATE secret`,
    `CREATE TABLE mine (id int)`,
    `CREATE TEMPORARY TABLE mine (id int)`,
    `CREATE SCHEMA mine`,
    `CREATE EXTENSION pgcrypto`,
    `UPDATE _prisma_migrations SET checksum = ''`,
  ])('changes no table: %s', async (sql) => {
    expect(await refusalOf(sql)).toBe(forbidden);
  });

  it('gives itself nothing', async () => {
    // PostgreSQL warns that the grant is without effect
    await ask(database.url, 'GRANT UPDATE, DELETE ON audit_event TO secret_store');
    expect(await refusalOf('DELETE FROM audit_event')).toBe(forbidden);
  });

  it.each([
    `CREATE ROLE mine`,
    `CREATE DATABASE mine`,
    `ALTER ROLE secret_store SUPERUSER`,
    `ALTER ROLE secret_store_supervisor PASSWORD 'mine'`,
    `SET ROLE secret_store_owner`,
    `SET SESSION AUTHORIZATION secret_store_supervisor`,
    `GRANT secret_store_owner TO secret_store`,
  ])('becomes no other role: %s', async (sql) => {
    expect(await refusalOf(sql)).toBe(forbidden);
  });

  it.each(['postgres', 'template1'])('does not come into the database %s', async (name) => {
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    await expect(ask(url.href, 'SELECT 1')).rejects.toMatchObject({ code: forbidden });
  });

  it('has an owner of its tables who reads no file and makes no role either', async () => {
    for (const sql of [`SELECT pg_read_file('/etc/passwd')`, 'CREATE ROLE mine', 'CREATE DATABASE mine']) {
      await expect(ask(database.ownerUrl, sql), sql).rejects.toMatchObject({ code: forbidden });
    }
  });
});
