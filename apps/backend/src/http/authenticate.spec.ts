import { createHash, createHmac } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from './testing/test-backend.ts';

let backend: TestBackend;
let userKey: string;

beforeAll(async () => {
  backend = await startTestBackend();
  userKey = await backend.addUser('ada');
});
afterAll(() => backend.close());

const withKey = (key: string, url: string, method: 'GET' | 'POST' = 'GET') =>
  backend.request({ method, url, headers: { authorization: `Simple ${key}` } });

const signIn = (username: string, password: string, address = '127.0.0.1') =>
  backend.request({
    method: 'POST',
    url: '/api/trpc/session.signIn',
    payload: { username, password },
    remoteAddress: address,
    headers: { 'sec-fetch-site': 'same-origin' },
  });

const cookieOf = (headers: Readonly<Record<string, unknown>>): string =>
  [headers['set-cookie']]
    .flat()
    .map((cookie) => String(cookie).split(';')[0])
    .join('; ');

describe('API keys', () => {
  it('answers 2000 with 401 without a key, with a wrong key and with another scheme', async () => {
    const answers = [
      await backend.request({ url: '/v1/algorithms' }),
      await withKey('wrong-key-wrong-key-wrong-key', '/v1/algorithms'),
      await backend.request({
        url: '/v1/algorithms',
        headers: { authorization: `Basic ${backend.administrator.apiKey}` },
      }),
    ];
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [401, 2000],
      [401, 2000],
      [401, 2000],
    ]);
  });

  it('takes a key as Simple and as Bearer', async () => {
    for (const scheme of ['Simple', 'Bearer', 'bearer']) {
      const headers = { authorization: `${scheme} ${backend.administrator.apiKey}` };
      expect([scheme, (await backend.request({ url: '/v1/algorithms', headers })).status]).toEqual([scheme, 200]);
    }
  });

  it('works from the addresses that a key is bound to, and nowhere else, also for keys that it creates', async () => {
    const ask = async (key: string, remoteAddress: string) =>
      (await backend.request({ url: '/v1/me', headers: { authorization: `Simple ${key}` }, remoteAddress })).status;
    const create = async (by: string, addresses?: readonly string[], remoteAddress = '127.0.0.1') =>
      backend.request({
        ...{ method: 'POST', url: '/v1/users/ada/keys', remoteAddress },
        headers: { authorization: `Simple ${by}` },
        payload: { name: 'bound', ...(addresses && { addresses }) },
      });
    const Key = z.object({ key: z.string() });
    const { key } = Key.parse((await create(userKey, ['192.0.2.0/24', '2001:db8::/32'])).json);
    const addresses = ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1', '192.0.3.7', '::ffff:192.0.3.7', '127.0.0.1'];
    const answers = await Promise.all(addresses.map((address) => ask(key, address)));
    expect(answers).toEqual([200, 200, 200, 403, 403, 403]);
    // who stole it comes away with no key for everywhere
    expect((await create(key, ['0.0.0.0/0'], '192.0.2.7')).status).toBe(403);
    const second = Key.parse((await create(key, undefined, '192.0.2.7')).json).key;
    expect([await ask(second, '192.0.2.7'), await ask(second, '127.0.0.1')]).toEqual([200, 403]);
    for (const wrong of [[], ['192.0.2.0/33'], ['example.org']]) expect((await create(userKey, wrong)).code).toBe(6001);
    const audit = await backend.asAdministrator('GET', '/v1/admin/audit?action=api-key.refuse-address');
    expect(audit.json).toMatchObject({ results: [expect.anything(), { outcome: 'refused', actor: { name: 'ada' } }] });
  });

  it('checks who is asking before it looks at the body', async () => {
    const answer = await backend.request({
      method: 'POST',
      url: '/v1/algorithms',
      payload: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.code).toBe(2000);
  });

  it('keeps users out of what is for administrators', async () => {
    const calls = [
      ['GET', '/v1/admin/secret-provider'],
      ['POST', '/v1/admin/secret-provider'],
      ['POST', '/v1/admin/users'],
      ['POST', '/v1/admin/users/ada/keys'],
      ['POST', `/v1/admin/plugins/secret-provider/${uuid()}`],
      ['POST', '/v1/admin/plugins/secret-provider/not-an-id/default'],
    ] as const;
    for (const [method, url] of calls) {
      const { status, code } = await withKey(userKey, url, method);
      expect([url, status, code]).toEqual([url, 403, 2001]);
    }
    expect((await withKey(userKey, '/v1/secret-provider')).status).toBe(200);
  });

  it('does not let who writes the database make a key', async () => {
    const { prisma } = backend.deps.db;
    const administrator = await prisma.user.findUniqueOrThrow({ where: { username: 'admin' } });
    const key = 'a-key-that-an-intruder-chose';
    const guesses = [
      key,
      createHash('sha256').update(key).digest('base64url'),
      createHmac('sha256', '').update(key).digest('base64url'),
      createHmac('sha256', key).digest('base64url'),
    ];
    await prisma.apiKey.createMany({
      data: guesses.map((keyHash) => ({ id: uuid(), userId: administrator.id, keyHash })),
    });
    expect((await withKey(key, '/v1/algorithms')).status).toBe(401);
  });

  it('keeps no key in the database', async () => {
    const rows = await backend.deps.db.prisma.apiKey.findMany();
    expect(JSON.stringify(rows)).not.toContain(userKey);
    expect(JSON.stringify(rows)).not.toContain(backend.administrator.apiKey);
  });

  it('limits failed authentication by address, says when to come back, and lets good keys through', async () => {
    const remoteAddress = '192.0.2.9';
    const attempt = (key: string) =>
      backend.request({ url: '/v1/algorithms', headers: { authorization: `Simple ${key}` }, remoteAddress });
    const statuses: number[] = [];
    for (let count = 0; count < 61; count += 1) statuses.push((await attempt('wrong-key-wrong-key-wrong-key')).status);
    expect(new Set(statuses.slice(0, 60))).toEqual(new Set([401]));
    const limited = await attempt('wrong-key-wrong-key-wrong-key');
    expect([limited.status, limited.code]).toEqual([429, 6002]);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect((await attempt(userKey)).status).toBe(200);
  });
});

describe('accounts', () => {
  it('answers what it created, and 409 for a name that is taken', async () => {
    const body = { username: 'grace', password: 'grace-password', role: 'user' };
    const created = await backend.asAdministrator('POST', '/v1/admin/users', body);
    expect(created.json).toEqual({ id: expect.any(String), username: 'grace', role: 'user' });
    const again = await backend.asAdministrator('POST', '/v1/admin/users', body);
    expect([again.status, again.code]).toEqual([409, 6001]);
    expect(await backend.deps.db.prisma.user.count({ where: { username: 'grace' } })).toBe(1);
  });

  it('takes a key that is given, once', async () => {
    const key = 'a-key-of-our-own-choosing-24';
    const first = await backend.asAdministrator('POST', '/v1/admin/users/ada/keys', { key });
    expect(first.json).toEqual({ id: expect.any(String), key });
    const second = await backend.asAdministrator('POST', '/v1/admin/users/ada/keys', { key });
    expect([second.status, second.code]).toEqual([409, 6001]);
    expect(second.text).not.toContain(key);
    expect((await withKey(key, '/v1/algorithms')).status).toBe(200);
  });

  it('refuses short keys, bad names, short passwords and unknown users, and quotes none of them', async () => {
    const cases = [
      await backend.asAdministrator('POST', '/v1/admin/users/ada/keys', { key: 'too-short-key' }),
      await backend.asAdministrator('POST', '/v1/admin/users', {
        username: 'Not A Slug',
        password: 'long-enough',
        role: 'user',
      }),
      await backend.asAdministrator('POST', '/v1/admin/users', { username: 'kay', password: 'seven77', role: 'user' }),
      await backend.asAdministrator('POST', '/v1/admin/users', {
        username: 'kay',
        password: 'long-enough',
        role: 'root',
      }),
    ];
    for (const { status, code, text } of cases) {
      expect([status, code]).toEqual([400, 6001]);
      expect(text).not.toMatch(/too-short-key|Not A Slug|seven77|long-enough|"root"/);
    }
    const unknown = await backend.asAdministrator('POST', '/v1/admin/users/nobody/keys');
    expect([unknown.status, unknown.code]).toEqual([404, 6001]);
  });

  it('makes the first administrator once', async () => {
    const { ensureFirstAdministrator } = await import('../startup/first-administrator.ts');
    expect(
      await ensureFirstAdministrator(backend.deps, { username: 'second', password: 'second-password' }),
    ).toBeNull();
    expect(await backend.deps.db.prisma.user.count({ where: { username: 'second' } })).toBe(0);
  });
});

describe("the panel's session", () => {
  it('opens the same paths with its cookie, and closes them on signing out', async () => {
    const { username, password } = backend.administrator;
    const answer = await signIn(username, password);
    expect(answer.status).toBe(200);
    expect(String(answer.headers['set-cookie'])).toMatch(/^secret-store-4000\.session_token=.*HttpOnly.*SameSite=Lax/i);
    const cookie = cookieOf(answer.headers);
    expect((await backend.request({ url: '/v1/admin/secret-provider', headers: { cookie } })).status).toBe(200);
    const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    const out = await backend.request({ method: 'POST', url: '/api/trpc/session.signOut', headers });
    expect(out.status).toBe(200);
    expect((await backend.request({ url: '/v1/admin/secret-provider', headers: { cookie } })).code).toBe(2000);
  });

  it('says the same of a wrong password and of an unknown user', async () => {
    const wrong = await signIn('admin', 'not-the-password');
    const unknown = await signIn('nobody', 'not-the-password');
    const odd = await signIn('No Body', 'not-the-password');
    const without = (text: string) => text.replaceAll(/[0-9a-f-]{36}/g, 'id');
    expect([wrong.status, unknown.status, odd.status]).toEqual([401, 401, 401]);
    expect(without(unknown.text)).toBe(without(wrong.text));
    expect(without(odd.text)).toBe(without(wrong.text));
  });

  it('refuses a state-changing request from another site, and changes nothing', async () => {
    const { username, password } = backend.administrator;
    const cookie = cookieOf((await signIn(username, password)).headers);
    const send = (headers: Record<string, string>) =>
      backend.request({
        method: 'POST',
        url: '/v1/admin/users',
        headers: { cookie, host: '127.0.0.1:4000', ...headers },
        payload: { username: 'mallory', password: 'mallory-password', role: 'admin' },
      });
    const forged = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ];
    for (const headers of forged) expect((await send(headers)).code).toBe(2001);
    expect(await backend.deps.db.prisma.user.count({ where: { username: 'mallory' } })).toBe(0);
    expect((await send({ origin: 'http://127.0.0.1:4000' })).status).toBe(200);
  });

  it('limits failures by account over all addresses, and no other account', async () => {
    await backend.addUser('lin');
    const address = '192.0.2.7';
    for (let count = 0; count < 10; count += 1) {
      expect((await signIn('lin', 'not-the-password', `192.0.2.${100 + count}`)).status).toBe(401);
    }
    const limited = await signIn('lin', 'lin-password', address);
    expect(limited.status).toBe(429);
    expect(limited.text).toContain('6002');
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    expect((await signIn('ada', 'ada-password', address)).status).toBe(200);
  });

  it('logs neither passwords nor keys nor cookies', async () => {
    const logged = backend.logged();
    expect(logged).toContain('"requestId"');
    expect(logged).not.toMatch(/not-the-password|lin-password|session_token|wrong-key/);
    expect(logged).not.toContain(backend.administrator.apiKey);
    expect(logged).not.toContain(userKey);
  });
});
