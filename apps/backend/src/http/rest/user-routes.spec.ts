import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { peopleOf } from '../testing/people.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
});
afterAll(() => backend.close());

const asAdministrator: TestBackend['asAdministrator'] = (...request) => backend.asAdministrator(...request);
const statusOf = async (headers: Readonly<Record<string, string>>) =>
  (await people.call(headers, 'GET', '/v1/me')).status;

const Page = z.object({ results: z.array(z.object({ username: z.string() })), marker: z.string().nullable() });
const Events = z.object({ results: z.array(z.object({ action: z.string(), details: z.unknown() })) });

const eventsAbout = async (username: string) =>
  Events.parse((await asAdministrator('GET', `/v1/admin/audit?subject=${username}`)).json).results;

describe('the list of users', () => {
  it('tells of each what an administrator needs, and when the person was seen last', async () => {
    const ada = await people.add('ada');
    await people.call(ada.headers, 'GET', '/v1/me');
    const found = await asAdministrator('GET', '/v1/admin/users?search=AD');
    expect(found.json).toEqual({
      results: [expect.objectContaining({ username: 'ada' }), expect.objectContaining({ username: 'admin' })],
      marker: null,
    });
    expect(z.object({ results: z.array(z.unknown()) }).parse(found.json).results[0]).toEqual({
      ...{ id: expect.any(String), username: 'ada', role: 'user', isEnabled: true, secondFactor: false },
      ...{ created: expect.stringMatching(/^2\d{3}-/), lastSeen: expect.stringMatching(/^2\d{3}-/) },
    });
  });

  it('comes in pages, and takes a search literally', async () => {
    for (const name of ['list_one', 'list_two', 'listxthree']) await people.add(name);
    const first = Page.parse((await asAdministrator('GET', '/v1/admin/users?search=list_&limit=1')).json);
    expect(first.results.map(({ username }) => username)).toEqual(['list_one']);
    const next = Page.parse(
      (await asAdministrator('GET', `/v1/admin/users?search=list_&limit=1&marker=${first.marker}`)).json,
    );
    expect([next.results.map(({ username }) => username), next.marker]).toEqual([['list_two'], null]);
    for (const [query, code] of [
      ['marker=nonsense', 5002],
      ['limit=0', 5003],
      ['search=%00', 6001],
      ['serach=ada', 6001],
    ] as const) {
      const answer = await asAdministrator('GET', `/v1/admin/users?${query}`);
      expect([query, answer.status, answer.code]).toEqual([query, 400, code]);
    }
  });
});

describe('an administrator takes access back at the next request', () => {
  it('of a disabled user: key, session and password; enabling gives back key and password, and no session', async () => {
    const { headers, password } = await people.add('bob');
    const session = await people.signIn('bob', password);
    expect([await statusOf(headers), await statusOf(session.headers)]).toEqual([200, 200]);
    const disabled = await asAdministrator('PUT', '/v1/admin/users/bob', { isEnabled: false });
    expect([disabled.status, disabled.json]).toEqual([200, expect.objectContaining({ isEnabled: false })]);
    expect([await statusOf(headers), await statusOf(session.headers)]).toEqual([401, 401]);
    expect((await people.signIn('bob', password)).status).toBe(401);
    await asAdministrator('PUT', '/v1/admin/users/bob', { isEnabled: true });
    expect([await statusOf(headers), await statusOf(session.headers)]).toEqual([200, 401]);
    expect((await people.signIn('bob', password)).status).toBe(200);
    expect((await eventsAbout('bob')).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['user.enable', 'user.disable']),
    );
  });

  it('of a demoted one, with keys that were made as an administrator', async () => {
    const { headers } = await people.add('carl', 'admin');
    const own = await people.newKey(headers, 'carl', { name: 'deploy', role: 'admin' });
    expect((await people.call(own.headers, 'GET', '/v1/admin/users')).status).toBe(200);
    await asAdministrator('PUT', '/v1/admin/users/carl', { role: 'user' });
    for (const key of [headers, own.headers]) {
      expect((await people.call(key, 'GET', '/v1/admin/users')).code).toBe(2001);
      expect((await people.call(key, 'GET', '/v1/me')).json).toMatchObject({ role: 'user' });
    }
  });

  it('by another password, which ends the sessions', async () => {
    const { headers, password } = await people.add('dora');
    const session = await people.signIn('dora', password);
    await asAdministrator('PUT', '/v1/admin/users/dora', { password: 'another-password' });
    expect([await statusOf(headers), await statusOf(session.headers)]).toEqual([200, 401]);
    expect((await people.signIn('dora', password)).status).toBe(401);
    expect((await people.signIn('dora', 'another-password')).status).toBe(200);
    expect(backend.logged()).not.toContain('another-password');
  });

  it('of a deleted one, whose algorithms stay for who gets the name from an administrator', async () => {
    const { headers, password } = await people.add('emil');
    const session = await people.signIn('emil', password);
    const created = await people.call(headers, 'POST', '/v1/algorithms', { owner: 'emil', name: 'model' });
    expect((await asAdministrator('DELETE', '/v1/admin/users/emil')).status).toBe(204);
    expect([await statusOf(headers), await statusOf(session.headers)]).toEqual([401, 401]);
    expect((await people.signIn('emil', password)).status).toBe(401);
    expect((await asAdministrator('DELETE', '/v1/admin/users/emil')).status).toBe(404);
    expect((await eventsAbout('emil'))[0]).toEqual({
      action: 'user.delete',
      // the key of the first start, which nobody made
      details: {
        endedSessions: 1,
        revokedKeys: 1,
        remainingAlgorithms: 1,
        key: expect.objectContaining({ madeBy: null }),
      },
    });
    expect((await eventsAbout('emil/model'))[0]).toMatchObject({
      details: { key: { id: expect.any(String), madeBy: backend.administrator.username } },
    });
    const later = await people.add('emil');
    expect((await people.call(later.headers, 'GET', '/v1/algorithms')).json).toMatchObject({
      results: [created.json],
    });
    expect(await statusOf(headers)).toBe(401);
  });

  it('ignores what a user is answered with, and refuses other fields by their names', async () => {
    await people.add('finn');
    const [fetched] = z
      .object({ results: z.array(z.record(z.string(), z.unknown())) })
      .parse((await asAdministrator('GET', '/v1/admin/users?search=finn')).json).results;
    expect((await asAdministrator('PUT', '/v1/admin/users/finn', { ...fetched })).status).toBe(200);
    const answer = await asAdministrator('PUT', '/v1/admin/users/finn', { isenabled: false });
    expect([answer.status, answer.code]).toEqual([400, 6001]);
    expect(answer.text).toContain('isenabled');
  });

  it('knows no user by a name that is none', async () => {
    for (const name of ['nobody', 'NOBODY', '%F0%9F%98%80', 'a'.repeat(300)]) {
      for (const [method, body] of [
        ['PUT', { role: 'user' }],
        ['DELETE', undefined],
      ] as const) {
        const answer = await asAdministrator(method, `/v1/admin/users/${name}`, body);
        expect([name, answer.status, answer.code]).toEqual([name, 404, 6001]);
      }
    }
  });
});

describe('the last enabled administrator', () => {
  it('is neither demoted, nor disabled, nor deleted', async () => {
    const second = await people.add('gina', 'admin');
    expect((await people.call(second.headers, 'PUT', '/v1/admin/users/admin', { isEnabled: false })).status).toBe(200);
    for (const [method, body] of [
      ['PUT', { role: 'user' }],
      ['PUT', { isEnabled: false }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await people.call(second.headers, method, '/v1/admin/users/gina', body);
      expect([method, answer.status, answer.code]).toEqual([method, 409, 6001]);
    }
    await people.call(second.headers, 'PUT', '/v1/admin/users/admin', { isEnabled: true });
  });

  it('stays when two administrators disable each other at once', async () => {
    const hans = await people.add('hans', 'admin');
    for (const { username } of Page.parse((await asAdministrator('GET', '/v1/admin/users')).json).results) {
      if (username !== 'hans' && username !== 'admin')
        await asAdministrator('PUT', `/v1/admin/users/${username}`, { role: 'user' });
    }
    const answers = await Promise.all([
      asAdministrator('PUT', '/v1/admin/users/hans', { isEnabled: false }),
      people.call(hans.headers, 'PUT', '/v1/admin/users/admin', { isEnabled: false }),
    ]);
    const statuses = answers.map(({ status }) => status).sort();
    expect([
      [200, 401],
      [200, 409],
    ]).toContainEqual(statuses);
    const survivor = (await statusOf(hans.headers)) === 200 ? hans.headers : people.administrator;
    expect(await statusOf(survivor)).toBe(200);
  });
});
