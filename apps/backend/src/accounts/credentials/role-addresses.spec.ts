import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { peopleOf } from '../../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { resetPassword } from '../users/reset-password.ts';

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
});
afterAll(() => backend.close());
afterEach(async () => {
  for (const role of ['user', 'viewer', 'admin']) expect((await set(role, [])).status).toBe(200);
});

type Headers = Readonly<Record<string, string>>;
const [office, elsewhere] = ['192.0.2.7', '198.51.100.9'];

const set = (role: string, addresses: readonly string[], headers: Headers = people.administrator) =>
  backend.request({
    ...{ method: 'POST', url: '/api/trpc/users.setRoleAddresses', payload: JSON.stringify({ role, addresses }) },
    headers: { host: '127.0.0.1:4000', 'content-type': 'application/json', ...headers },
    remoteAddress: '127.0.0.1',
  });

const statusFrom = async (remoteAddress: string, headers: Headers) =>
  (await backend.request({ url: '/v1/me', headers, remoteAddress })).status;

it('a session and a key of the role work from its addresses alone, from the next request on', async () => {
  const person = await people.add('ada', 'viewer');
  const session = await people.signIn('ada', person.password, elsewhere);
  const other = await people.add('bea');
  expect((await set('viewer', ['192.0.2.0/24'])).status).toBe(200);
  for (const headers of [person.headers, session.headers])
    expect([await statusFrom(office, headers), await statusFrom(elsewhere, headers)]).toEqual([200, 403]);
  expect(await statusFrom(elsewhere, other.headers)).toBe(200);
  const refused = await backend.request({ url: '/v1/me', headers: person.headers, remoteAddress: elsewhere });
  expect(refused.message).toContain(`does not work from ${elsewhere}`);
  expect((await people.signIn('ada', person.password, elsewhere)).status).toBe(403);
  expect((await people.signIn('ada', person.password, office)).status).toBe(200);
});

it('a key with a lesser role does not lead around the list, and one that is limited to the role obeys it', async () => {
  const admin = await people.add('cleo', 'admin');
  const key = await people.newKey(admin.headers, 'cleo', { name: 'reads', role: 'viewer' });
  expect((await set('admin', ['127.0.0.1', office])).status).toBe(200);
  expect([await statusFrom(office, key.headers), await statusFrom(elsewhere, key.headers)]).toEqual([200, 403]);
  await set('admin', []);
  await set('viewer', [office]);
  expect([await statusFrom(office, key.headers), await statusFrom(elsewhere, key.headers)]).toEqual([200, 403]);
});

it('nobody locks out the address that they are on, and reset-password is the way back in', async () => {
  const locked = await set('admin', [office]);
  expect([locked.status, locked.text]).toEqual([409, expect.stringContaining('127.0.0.1')]);
  const admin = await people.add('dora', 'admin');
  const key = await people.newKey(admin.headers, 'dora', { name: 'limited', role: 'viewer' });
  expect((await set('viewer', [office], key.headers)).status).toBe(403);
  await set('admin', ['127.0.0.1']);
  expect(await statusFrom(elsewhere, admin.headers)).toBe(403);
  await resetPassword(backend.deps, 'dora', 'another-password');
  expect((await people.signIn('dora', 'another-password', elsewhere)).status).toBe(200);
});

it('a list that was put back, changed or removed in the database lets nobody in', async () => {
  const { headers } = await people.add('eve');
  const sql = (text: string, values: unknown[] = []) => backend.deps.db.pool.query(text, values);
  await set('user', ['198.51.100.0/24']);
  const { rows } = await sql(`SELECT addresses FROM role_addresses WHERE role = 'user'`);
  await set('user', [office]);
  expect([await statusFrom(office, headers), await statusFrom(elsewhere, headers)]).toEqual([200, 403]);
  await sql(`UPDATE role_addresses SET addresses = $1 WHERE role = 'user'`, [JSON.stringify(rows[0].addresses)]);
  expect(await statusFrom(elsewhere, headers)).toBeGreaterThanOrEqual(400);
  await sql(`DELETE FROM role_addresses WHERE role = 'user'`);
  expect(await statusFrom(elsewhere, headers)).toBeGreaterThanOrEqual(400);
  expect((await set('user', [elsewhere])).status).toBe(200);
  expect([await statusFrom(office, headers), await statusFrom(elsewhere, headers)]).toEqual([403, 200]);
});
