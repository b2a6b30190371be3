import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lawfulChange } from '../../ledger/testing/lawful-change.ts';
import { peopleOf, type Person } from '../testing/people.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;
let ada: Person;

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
  ada = await people.add('ada');
});
afterAll(() => backend.close());

type Headers = Readonly<Record<string, string>>;
const statusOf = async (headers: Headers) => (await people.call(headers, 'GET', '/v1/me')).status;
const Listed = z.object({ results: z.array(z.record(z.string(), z.unknown())), marker: z.string().nullable() });
const keysOf = async (headers: Headers, username: string, query = '') =>
  Listed.parse((await people.call(headers, 'GET', `/v1/users/${username}/keys${query}`)).json);
const sessionsOf = async (headers: Headers, username: string) =>
  Listed.parse((await people.call(headers, 'GET', `/v1/users/${username}/sessions`)).json).results;

it('who asks is told what they may', async () => {
  expect((await people.call(ada.headers, 'GET', '/v1/me')).json).toEqual({
    ...{ id: expect.any(String), username: 'ada', role: 'user', organizations: [] },
    permissions: ['providers.use', 'own-account.manage', 'own-algorithms.manage'],
  });
});

describe('the own password', () => {
  it('is changed with the current one, and ends all other sessions', async () => {
    const { password } = await people.add('bea');
    const [own, other] = [await people.signIn('bea', password), await people.signIn('bea', password)];
    const body = { current: password, password: 'a-new-password' };
    expect((await people.call(own.headers, 'PUT', '/v1/me/password', body)).status).toBe(204);
    expect([await statusOf(own.headers), await statusOf(other.headers)]).toEqual([200, 401]);
    expect((await people.signIn('bea', password)).status).toBe(401);
    expect((await people.signIn('bea', 'a-new-password')).status).toBe(200);
  });

  it('stays with a wrong one, and guessing is slowed down as at sign-in', async () => {
    const cleo = await people.add('cleo');
    const change = (current: string) =>
      people.call(cleo.headers, 'PUT', '/v1/me/password', { current, password: 'a-new-password' });
    const first = await change('wrong-password');
    expect([first.status, first.code, first.fields]).toEqual([400, 6001, ['current']]);
    const codes = new Set<number | null>();
    for (let guess = 0; guess < 40; guess += 1) codes.add((await change(`guess-${guess}`)).code);
    expect(codes).toContain(6002);
    const events = await backend.asAdministrator('GET', '/v1/admin/audit?action=password.refuse');
    expect(Listed.parse(events.json).results[0]).toMatchObject({ outcome: 'refused', actor: { name: 'cleo' } });
    expect(backend.logged()).not.toContain('guess-1');
  });
});

describe('API keys', () => {
  it('are shown once, and then by name and prefix with their last use', async () => {
    const dan = await people.add('dan');
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const made = await people.newKey(dan.headers, 'dan', { name: 'CI', expires });
    expect(made.key).toMatch(/^sss_[A-Za-z0-9_-]{43}$/);
    expect(await statusOf(made.headers)).toBe(200);
    const { results } = await keysOf(dan.headers, 'dan');
    expect(results[0]).toEqual({
      ...{ id: made.id, name: 'CI', prefix: made.key.slice(0, 10), role: 'user', expires },
      ...{ created: expect.any(String), lastUsed: expect.any(String) },
    });
    expect(results[1]).toMatchObject({ name: null, expires: null });
    expect(JSON.stringify(results)).not.toContain(made.key);
  });

  it('are refused at the next request when they are revoked, or over', async () => {
    const eve = await people.add('eve');
    const revoked = await people.newKey(eve.headers, 'eve', { name: 'one' });
    expect(await statusOf(revoked.headers)).toBe(200);
    expect((await people.call(eve.headers, 'DELETE', `/v1/users/eve/keys/${revoked.id}`)).status).toBe(204);
    expect(await statusOf(revoked.headers)).toBe(401);
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    const ending = await people.newKey(eve.headers, 'eve', { name: 'two', expires });
    expect(await statusOf(ending.headers)).toBe(200);
    await lawfulChange(backend.deps, 'apiKey', ending.id, { expiresAt: new Date() });
    expect(await statusOf(ending.headers)).toBe(401);
  });

  it('may do no more than the owner, and no more and no longer than the key that makes them', async () => {
    const fay = await people.add('fay', 'admin');
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const limited = await people.newKey(fay.headers, 'fay', { name: 'limited', role: 'user', expires: until });
    expect((await people.call(limited.headers, 'GET', '/v1/admin/users')).code).toBe(2001);
    const make = async (headers: Headers, username: string, body: Record<string, unknown>) => {
      const { status, code, fields } = await people.call(headers, 'POST', `/v1/users/${username}/keys`, body);
      return [status, code, fields];
    };
    expect(await make(ada.headers, 'ada', { name: 'more', role: 'admin' })).toEqual([403, 2001, ['role']]);
    expect(await make(limited.headers, 'fay', { name: 'more', role: 'admin' })).toEqual([403, 2001, ['role']]);
    expect(await make(limited.headers, 'fay', { name: 'longer' })).toEqual([403, 2001, ['expires']]);
    expect(await make(fay.headers, 'ada', { name: 'more', role: 'admin' })).toEqual([403, 2001, ['role']]);
    expect(await make(limited.headers, 'fay', { name: 'as long', expires: until })).toEqual([200, null, []]);
    const unlimited = await people.newKey(fay.headers, 'fay', { name: 'mine' });
    expect((await people.call(unlimited.headers, 'GET', '/v1/me')).json).toMatchObject({ role: 'admin' });
  });

  it('for other users and for SCIM work no longer than the key that makes them, and from nowhere else', async () => {
    const kim = await people.add('kim', 'admin');
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const ending = await people.newKey(kim.headers, 'kim', { name: 'ending', expires: until });
    expect((await people.call(ending.headers, 'POST', '/v1/admin/users/ada/keys')).status).toBe(200);
    expect((await keysOf(ada.headers, 'ada')).results[0]).toMatchObject({ expires: until });
    const scimKey = async (headers: Headers, body: object) =>
      (await people.call(headers, 'POST', '/api/trpc/scimKeys.create', { name: 'SCIM', ...body })).status;
    expect(await scimKey(ending.headers, {})).toBe(403);
    expect(await scimKey(ending.headers, { expires: until })).toBe(200);
    expect(await scimKey(kim.headers, { expires: '2020-01-01T00:00:00Z' })).toBe(400);
    const bound = await people.newKey(kim.headers, 'kim', { name: 'bound', addresses: ['127.0.0.1'] });
    expect(await statusOf(bound.headers)).toBe(200);
    expect(await scimKey(bound.headers, {})).toBe(403);
  });

  it('are refused with a wrong name, end or field', async () => {
    for (const [body, field] of [
      [{}, 'name'],
      [{ name: ' ' }, 'name'],
      [{ name: '\0' }, 'name'],
      [{ name: 'x', expires: 'tomorrow' }, 'expires'],
      [{ name: 'x', expires: '2020-01-01T00:00:00Z' }, 'expires'],
      // in UTC, of the year 10000
      [{ name: 'x', expires: '9999-12-31T23:59:59-01:00' }, 'expires'],
      [{ name: 'x', role: 'root' }, 'role'],
      [{ name: 'x', until: 'x' }, 'until'],
    ] as const) {
      const answer = await people.call(ada.headers, 'POST', '/v1/users/ada/keys', body);
      expect([body, answer.status, answer.code]).toEqual([body, 400, 6001]);
      expect(answer.text).toContain(field);
    }
    for (const id of ['x', '0192f0c1-0000-7000-8000-000000000042']) {
      const answer = await people.call(ada.headers, 'DELETE', `/v1/users/ada/keys/${id}`);
      expect([id, answer.status, answer.code]).toEqual([id, 404, 6001]);
    }
  });

  it('come in pages', async () => {
    const gus = await people.add('gus');
    for (const name of ['one', 'two']) await people.newKey(gus.headers, 'gus', { name });
    const first = await keysOf(gus.headers, 'gus', '?limit=2');
    const second = await keysOf(gus.headers, 'gus', `?limit=2&marker=${first.marker}`);
    expect([...first.results, ...second.results].map(({ name }) => name)).toEqual(['two', 'one', null]);
    expect(second.marker).toBeNull();
  });

  it('of one user are not revoked by the path of another', async () => {
    const ida = await people.add('ida');
    const key = await people.newKey(ida.headers, 'ida', { name: 'hers' });
    expect((await people.call(ada.headers, 'DELETE', `/v1/users/ada/keys/${key.id}`)).status).toBe(404);
    expect((await people.call(people.administrator, 'DELETE', `/v1/users/ada/keys/${key.id}`)).status).toBe(404);
    expect(await statusOf(key.headers)).toBe(200);
    expect((await people.call(people.administrator, 'DELETE', `/v1/users/ida/keys/${key.id}`)).status).toBe(204);
    expect(await statusOf(key.headers)).toBe(401);
  });
});

describe('sessions', () => {
  it('are listed with where they came from, and ended one by one or all', async () => {
    const { password, headers } = await people.add('jan');
    const one = await people.signIn('jan', password, '192.0.2.7');
    const two = await people.signIn('jan', password);
    const three = await people.signIn('jan', password);
    const listed = await sessionsOf(two.headers, 'jan');
    expect(listed.map(({ isCurrent }) => isCurrent)).toEqual([false, true, false]);
    expect(listed[2]).toMatchObject({ address: '192.0.2.7', userAgent: 'a browser' });
    expect(await sessionsOf(people.administrator, 'jan')).toHaveLength(3);
    const first = String(listed[2]?.['id']);
    expect((await people.call(two.headers, 'DELETE', `/v1/users/jan/sessions/${first}`)).status).toBe(204);
    expect([await statusOf(one.headers), await statusOf(two.headers)]).toEqual([401, 200]);
    expect((await people.call(two.headers, 'DELETE', `/v1/users/jan/sessions/${first}`)).status).toBe(404);
    expect((await people.call(headers, 'DELETE', '/v1/users/jan/sessions/none')).status).toBe(404);
    expect((await people.call(headers, 'DELETE', '/v1/users/jan/sessions')).status).toBe(204);
    expect([await statusOf(two.headers), await statusOf(three.headers)]).toEqual([401, 401]);
    expect(await sessionsOf(headers, 'jan')).toEqual([]);
  });

  it('of one user are not ended by the path of another', async () => {
    const { password } = await people.add('kim');
    const session = await people.signIn('kim', password);
    const [listed] = await sessionsOf(session.headers, 'kim');
    const id = String(listed?.['id']);
    expect((await people.call(ada.headers, 'DELETE', `/v1/users/ada/sessions/${id}`)).status).toBe(404);
    expect(await statusOf(session.headers)).toBe(200);
  });
});
