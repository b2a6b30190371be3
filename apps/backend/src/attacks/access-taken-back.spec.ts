import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { peopleOf } from '../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { DatabaseWriter, readTables } from './database-writer.ts';

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;
let writer: DatabaseWriter;

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
  writer = await DatabaseWriter.connect(backend.databaseUrl);
});
afterAll(async () => {
  await writer.close();
  await backend.close();
});

type Headers = Readonly<Record<string, string>>;
const me = async (headers: Headers) => (await people.call(headers, 'GET', '/v1/me')).json;
const statusOf = async (headers: Headers) => (await people.call(headers, 'GET', '/v1/me')).status;
const sql = (text: string, ...values: string[]) => backend.deps.db.pool.query(text, values);
const tables = ['user', 'account', 'session', 'api_key'];

/** A user's rows as they are now; the writer puts them back, or away and back. */
const keptRows = async (username: string) => {
  const { id } = await backend.deps.db.prisma.user.findUniqueOrThrow({ where: { username } });
  const images = (await readTables(backend.databaseUrl))
    .filter(({ table }) => tables.includes(table.name))
    .map(({ table, rows }) => ({ table, rows: rows.filter((row) => row['id'] === id || row['userId'] === id) }));
  return {
    putBack: async (name?: string) => {
      for (const { table, rows } of images) {
        if (name === undefined || table.name === name) for (const row of rows) await writer.put(table, row);
      }
    },
    hide: async (name: string) => {
      for (const { table, rows } of images) {
        if (table.name === name) for (const row of rows) await writer.remove(table, row);
      }
    },
  };
};

describe('what an administrator took back is not given again by who writes the database', () => {
  let count = 0;
  let mallory: Awaited<ReturnType<typeof people.add>>;
  let session: Headers;
  let key: Headers;
  let keyId: string;

  beforeEach(async () => {
    count += 1;
    mallory = await people.add(`mallory-${count}`);
    session = (await people.signIn(mallory.username, mallory.password)).headers;
    ({ headers: key, id: keyId } = await people.newKey(mallory.headers, mallory.username, { name: 'own' }));
  });

  const change = (body: Readonly<Record<string, unknown>>) =>
    backend.asAdministrator('PUT', `/v1/admin/users/${mallory.username}`, body);
  const signInStatus = async () => (await people.signIn(mallory.username, mallory.password)).status;
  const expectRefused = async () =>
    expect([await statusOf(key), await statusOf(session), await signInStatus()]).toEqual([401, 401, 401]);

  it('by rows from before the user was disabled', async () => {
    const rows = await keptRows(mallory.username);
    expect((await change({ isEnabled: false })).status).toBe(200);
    await rows.putBack();
    await expectRefused();
  });

  it('by an edited row of a disabled user', async () => {
    await change({ isEnabled: false });
    await sql('UPDATE "user" SET "disabledAt" = NULL WHERE username = $1', mallory.username);
    await expectRefused();
  });

  it('by rows from before the user was deleted', async () => {
    const rows = await keptRows(mallory.username);
    expect((await backend.asAdministrator('DELETE', `/v1/admin/users/${mallory.username}`)).status).toBe(204);
    await rows.putBack();
    await expectRefused();
  });

  it('by rows that were hidden while the user was deleted', async () => {
    const rows = await keptRows(mallory.username);
    for (const table of ['session', 'api_key', 'account']) await rows.hide(table);
    await backend.asAdministrator('DELETE', `/v1/admin/users/${mallory.username}`);
    await rows.putBack();
    await expectRefused();
  });

  it('by rows from before a key was revoked', async () => {
    const rows = await keptRows(mallory.username);
    await backend.asAdministrator('DELETE', `/v1/users/${mallory.username}/keys/${keyId}`);
    await rows.putBack('api_key');
    expect(await statusOf(key)).toBe(401);
  });

  it('by sessions that were hidden while a password was set, or all were ended', async () => {
    for (const end of [
      () => change({ password: 'another-password' }),
      () => backend.asAdministrator('DELETE', `/v1/users/${mallory.username}/sessions`),
    ]) {
      session = (await people.signIn(mallory.username, mallory.password)).headers;
      const rows = await keptRows(mallory.username);
      await rows.hide('session');
      await end();
      await rows.putBack('session');
      expect(await statusOf(session)).toBe(401);
      await change({ password: mallory.password });
    }
  });

  it('by the password from before another was set', async () => {
    const rows = await keptRows(mallory.username);
    await change({ password: 'another-password' });
    await rows.putBack('account');
    expect(await signInStatus()).toBe(401);
  });

  it('by another end or role of a key, or another key in its place', async () => {
    const limited = await people.newKey(people.administrator, 'admin', { name: 'limited', role: 'user' });
    expect(await me(limited.headers)).toMatchObject({ role: 'user' });
    await sql(`UPDATE api_key SET role = 'admin' WHERE id = $1`, limited.id);
    expect(await statusOf(limited.headers)).toBe(401);
    const end = new Date(Date.now() + 3_600_000).toISOString();
    const ending = await people.newKey(mallory.headers, mallory.username, { name: 'ending', expires: end });
    await sql('UPDATE api_key SET "expiresAt" = NULL WHERE id = $1', ending.id);
    expect(await statusOf(ending.headers)).toBe(401);
  });
});

it('when someone was seen last decides nothing', async () => {
  const { headers } = await people.add('nora');
  await sql('UPDATE "user" SET "lastSeenAt" = now()');
  await sql('UPDATE api_key SET "lastUsedAt" = now()');
  expect(z.object({ username: z.string() }).parse(await me(headers)).username).toBe('nora');
});
