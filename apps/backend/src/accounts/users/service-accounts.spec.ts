import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { peopleOf } from '../../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { change } from '../../ledger/change.ts';
import { beginSession } from '../sessions/begin-session.ts';
import { insertUser } from './create-user.ts';
import { resetPassword } from './reset-password.ts';

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
});
afterAll(() => backend.close());

type Headers = Readonly<Record<string, string>>;
const password = 'a-password-of-nobody';
const Key = z.object({ key: z.string() });

const ask = (headers: Headers, name: string, input: unknown) =>
  backend.request({
    ...{ method: 'POST', url: `/api/trpc/${name}`, payload: JSON.stringify(input) },
    headers: { host: 'localhost:4000', 'content-type': 'application/json', ...headers },
  });

const addService = async (username: string, role = 'user') => {
  expect((await ask(people.administrator, 'users.createService', { username, role })).status).toBe(200);
  const { json } = await backend.asAdministrator('POST', `/v1/users/${username}/keys`, { name: 'deployment' });
  return { authorization: `Bearer ${Key.parse(json).key}` };
};

const rowOf = async (username: string) => {
  const [user] = await backend.deps.ledger.find('user', { username });
  if (user === undefined) throw new Error(`no user ${username}`);
  return user;
};

it('works by keys of an administrator, owns algorithms, and REST shows it as any user', async () => {
  const headers = await addService('deployer');
  expect((await people.call(headers, 'GET', '/v1/me')).json).toMatchObject({ username: 'deployer', role: 'user' });
  expect((await people.call(headers, 'POST', '/v1/algorithms', { owner: 'deployer', name: 'model' })).status).toBe(200);
  const listed = await backend.asAdministrator('GET', '/v1/admin/users?search=deployer');
  const { results } = z.object({ results: z.array(z.record(z.string(), z.unknown())) }).parse(listed.json);
  expect(results.map((user) => Object.keys(user))).toEqual([
    ['id', 'username', 'role', 'isEnabled', 'secondFactor', 'created', 'lastSeen'],
  ]);
});

it('gets no password, session, passkey, second factor or key of its own making', async () => {
  const headers = await addService('builder', 'admin');
  const set = await backend.asAdministrator('PUT', '/v1/admin/users/builder', { password });
  expect([set.status, set.fields]).toEqual([409, ['password']]);
  await expect(resetPassword(backend.deps, 'builder', password)).rejects.toThrow('is a service account');
  expect((await people.signIn('builder', password)).status).toBe(401);
  const own = [
    ask(headers, 'account.changePassword', { current: password, password }),
    ask(headers, 'passkeys.start', { current: password }),
    ask(headers, 'secondFactor.start', { current: password }),
    people.call(headers, 'POST', '/v1/users/builder/keys', { name: 'another' }),
  ];
  for (const answer of await Promise.all(own)) expect(answer.status).toBe(403);
  const user = await rowOf('builder');
  const begun = change(backend.deps, (changes) => beginSession(changes, user, { method: 'passkey', userAgent: null }));
  await expect(begun).rejects.toThrow('service account');
  // an administrator's program still manages others
  await people.add('maria');
  expect((await people.call(headers, 'POST', '/v1/users/maria/keys', { name: 'ci' })).status).toBe(200);
});

it('has no password that somebody writes into the database, and becomes no person there', async () => {
  await addService('planted');
  const { id } = await rowOf('planted');
  const { deps } = backend;
  await change(deps, (changes) =>
    insertUser(changes, { username: 'donor', password, role: 'user' }, { type: 'system', id: 'test' }),
  );
  await deps.db.pool.query(
    `INSERT INTO account SELECT (jsonb_populate_record(account, jsonb_build_object('id', 'planted', 'userId', $1::text))).*
     FROM account JOIN "user" ON "user".id = account."userId" WHERE username = 'donor'`,
    [id],
  );
  expect((await people.signIn('planted', password)).status).toBe(401);
  await deps.db.pool.query(`UPDATE "user" SET kind = NULL WHERE id = $1`, [id]);
  expect((await people.signIn('planted', password)).status).not.toBe(200);
  expect(backend.logged()).toContain('a row that was changed outside the store is refused');
});

it('is not the administrator who is left', async () => {
  await addService('root-program', 'admin');
  const answer = await backend.asAdministrator('PUT', '/v1/admin/users/admin', { isEnabled: false });
  expect([answer.status, answer.message]).toEqual([409, expect.stringContaining('last enabled administrator')]);
});
