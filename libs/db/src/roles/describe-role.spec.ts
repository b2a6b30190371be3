import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../client/with-client.ts';
import { createTestDatabase, type TestDatabase } from '../testing/index.ts';
import { currentRole } from './current-role.ts';
import { describeRole, excessOf } from './describe-role.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** What is said of the application's role after the superuser gave it something, which is undone. */
const excessAfter = (sql: string): Promise<readonly string[]> =>
  withClient(database.supervisorUrl, async (client) => {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query('SET LOCAL ROLE secret_store');
    const role = await describeRole(client);
    await client.query('ROLLBACK');
    expect(role.name).toBe('secret_store');
    return excessOf(role);
  });

const excessAt = (url: string): Promise<readonly string[]> =>
  withClient(url, async (client) => excessOf(await describeRole(client)));

describe('the description of the role of a connection', () => {
  it("finds nothing to say of the application's role", async () => {
    expect(await currentRole(database.url)).toBe('secret_store');
    expect(await excessAt(database.url)).toEqual([]);
  });

  it('finds a superuser, and the owner of the tables', async () => {
    expect(await excessAt(database.supervisorUrl)).toEqual(['is a superuser']);
    expect(await excessAt(database.ownerUrl)).toEqual([
      'owns the tables',
      'may change or remove rows of audit_event, restore_epoch',
    ]);
  });

  it.each([
    ['ALTER ROLE secret_store CREATEROLE', ['may create roles']],
    ['GRANT pg_read_server_files TO secret_store', ["reaches the server's files"]],
    ['GRANT pg_execute_server_program TO secret_store', ["reaches the server's files"]],
    ['ALTER TABLE worker_pool OWNER TO secret_store', ['owns the tables']],
    ['GRANT DELETE ON audit_event TO secret_store', ['may change or remove rows of audit_event']],
    ['GRANT TRUNCATE ON audit_event TO PUBLIC', ['may change or remove rows of audit_event']],
    ['GRANT UPDATE (hash) ON audit_event TO secret_store', ['may change or remove rows of audit_event']],
    ['GRANT UPDATE ON restore_epoch TO secret_store', ['may change or remove rows of restore_epoch']],
    ['DROP TABLE restore_epoch', []],
  ])('after %s', async (sql, expected) => {
    expect(await excessAfter(sql)).toEqual(expected);
  });

  it('finds that it may act as the owner', async () => {
    expect(await excessAfter('GRANT secret_store_owner TO secret_store')).toContain('owns the tables');
  });
});
