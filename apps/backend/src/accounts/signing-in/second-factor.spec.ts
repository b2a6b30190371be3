import { TOTP, Secret } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { peopleOf } from '../../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { resetPassword } from '../users/reset-password.ts';

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
  // codes are of one moment, however long a test takes
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(async () => {
  vi.useRealTimers();
  await backend.close();
});

type Headers = Readonly<Record<string, string>>;
const Answer = z.object({ result: z.object({ data: z.unknown() }) });
const Refusal = z.object({ error: z.object({ message: z.string() }) });

const ask = async (headers: Headers, name: string, input: unknown) => {
  const answer = await backend.request({
    ...{ method: 'POST', url: `/api/trpc/${name}`, payload: JSON.stringify(input), remoteAddress: '192.0.2.1' },
    headers: { host: '127.0.0.1:4000', 'content-type': 'application/json', ...headers },
  });
  return {
    ...{ status: answer.status, text: answer.text, headers: answer.headers },
    data: Answer.safeParse(answer.json).data?.result.data,
    message: Refusal.safeParse(answer.json).data?.error.message,
  };
};

const statusOf = async (headers: Headers) => (await people.call(headers, 'GET', '/v1/me')).status;

const codeAfter = (key: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: Date.now() + steps * 30_000 });

const Setup = z.object({ key: z.string(), setup: z.string() });
const Codes = z.object({ codes: z.array(z.string()) });

/** Someone with an authenticator app: the present code has set it up. */
const addWithApp = async (username: string) => {
  const { password } = await people.add(username);
  const { headers } = await people.signIn(username, password);
  const { key, setup } = Setup.parse((await ask(headers, 'secondFactor.start', { current: password })).data);
  const { codes } = Codes.parse((await ask(headers, 'secondFactor.confirm', { setup, code: codeAfter(key) })).data);
  return { username, password, headers, key, codes };
};

const signIn = (username: string, password: string, code?: string) =>
  ask({}, 'session.signIn', { username, password, ...(code !== undefined && { code }) });

const rowOf = async (userId: string) =>
  (await backend.deps.db.pool.query('SELECT * FROM second_factor WHERE "userId" = $1', [userId])).rows[0];
const idOf = async (username: string) =>
  z.object({ id: z.string() }).parse(await backend.deps.db.prisma.user.findUnique({ where: { username } })).id;

describe('an authenticator app', () => {
  it('is on when a code has proved it, ends sessions from before, and is asked for after the password', async () => {
    const { password } = await people.add('ada');
    const [own, other] = [await people.signIn('ada', password), await people.signIn('ada', password)];
    const started = Setup.parse((await ask(own.headers, 'secondFactor.start', { current: password })).data);
    expect((await ask(own.headers, 'secondFactor.confirm', { setup: started.setup, code: '000000' })).status).toBe(400);
    expect((await signIn('ada', password)).data).toMatchObject({ username: 'ada' });
    const confirmed = await ask(own.headers, 'secondFactor.confirm', {
      setup: started.setup,
      code: codeAfter(started.key),
    });
    expect(new Set(Codes.parse(confirmed.data).codes).size).toBe(10);
    expect([await statusOf(own.headers), await statusOf(other.headers)]).toEqual([200, 401]);

    const asked = await signIn('ada', password);
    expect([asked.status, asked.data, asked.headers['set-cookie']]).toEqual([200, { needs: 'code' }, undefined]);
    expect((await signIn('ada', 'not-the-password', codeAfter(started.key, 1))).status).toBe(401);
    expect((await signIn('ada', password, '000000')).status).toBe(401);
    expect((await signIn('ada', password, codeAfter(started.key, 1))).data).toMatchObject({ username: 'ada' });
    const users = await backend.asAdministrator('GET', '/v1/admin/users?search=ada');
    expect(users.json).toMatchObject({ results: [{ username: 'ada', secondFactor: true }] });
  });

  it('lets a code in once, and none of an earlier step after it', async () => {
    const { username, password, key } = await addWithApp('bea');
    expect((await signIn(username, password, codeAfter(key))).status).toBe(401);
    const next = codeAfter(key, 1);
    const both = await Promise.all([signIn(username, password, next), signIn(username, password, next)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect((await signIn(username, password, codeAfter(key))).status).toBe(401);
    expect((await signIn(username, password, codeAfter(key, 3))).status).toBe(401);
  });

  it('is not guessed: wrong codes count like wrong passwords, and the audit tells of them', async () => {
    const { username, password, key } = await addWithApp('cleo');
    const statuses = new Set<number>();
    for (let guess = 0; guess < 12; guess += 1)
      statuses.add((await signIn(username, password, String(100_000 + guess))).status);
    expect(statuses).toEqual(new Set([401, 429]));
    expect((await signIn(username, password, codeAfter(key, 1))).status).toBe(429);
    const events = await backend.asAdministrator('GET', '/v1/admin/audit?action=second-factor.refuse&subject=cleo');
    expect(events.json).toMatchObject({ results: [{ subject: { name: username }, details: { attempts: 10 } }] });
  });

  it('is not set up by a session alone, nor with the setup of another person', async () => {
    const [dora, eve] = [await people.add('dora'), await people.add('eve')];
    const doras = await people.signIn('dora', dora.password);
    const eves = await people.signIn('eve', eve.password);
    expect((await ask(doras.headers, 'secondFactor.start', { current: 'not-the-password' })).status).toBe(400);
    const { key, setup } = Setup.parse((await ask(eves.headers, 'secondFactor.start', { current: eve.password })).data);
    const taken = await ask(doras.headers, 'secondFactor.confirm', { setup, code: codeAfter(key) });
    expect([taken.status, await rowOf(await idOf('dora'))]).toEqual([400, undefined]);
  });

  it('is removed with password and code, by an administrator, or on the machine, and never by oneself without a code', async () => {
    const fay = await addWithApp('fay');
    const remove = (code: string) => ask(fay.headers, 'secondFactor.remove', { current: fay.password, code });
    expect((await remove('000000')).status).toBe(400);
    expect((await remove(codeAfter(fay.key, 1))).status).toBe(200);
    expect((await signIn('fay', fay.password)).data).toMatchObject({ username: 'fay' });

    const gus = await addWithApp('gus');
    await backend.asAdministrator('PUT', '/v1/admin/users/gus', { role: 'admin' });
    const own = await people.call(gus.headers, 'PUT', '/v1/admin/users/gus', { secondFactor: false });
    expect([own.status, own.fields]).toEqual([409, ['secondFactor']]);
    const removed = await backend.asAdministrator('PUT', '/v1/admin/users/gus', { secondFactor: false });
    expect(removed.json).toMatchObject({ secondFactor: false });
    expect((await signIn('gus', gus.password)).data).toMatchObject({ username: 'gus' });

    await addWithApp('hal');
    await resetPassword(backend.deps, 'hal', 'another-password');
    expect((await signIn('hal', 'another-password')).data).toMatchObject({ username: 'hal' });
    const events = await backend.asAdministrator('GET', '/v1/admin/audit?action=second-factor.remove');
    expect(events.json).toMatchObject({
      results: [
        { actor: { name: 'admin' }, subject: { name: 'gus' } },
        { actor: { name: 'fay' }, subject: { name: 'fay' } },
      ],
    });
  });
});

describe('a recovery code', () => {
  it('works once in place of a code, and ends when others are made', async () => {
    const { username, password, key, codes, headers } = await addWithApp('ida');
    const [first = '', second = '', third = ''] = codes;
    expect((await signIn(username, password, first.toUpperCase().replace('-', ' '))).status).toBe(200);
    expect((await signIn(username, password, first)).status).toBe(401);
    const { codes: others } = Codes.parse(
      (await ask(headers, 'secondFactor.renewRecoveryCodes', { current: password, code: second })).data,
    );
    expect((await signIn(username, password, third)).status).toBe(401);
    expect((await signIn(username, password, others[0])).status).toBe(200);
    expect((await signIn(username, password, codeAfter(key, 1))).status).toBe(200);
    const events = await backend.asAdministrator('GET', `/v1/admin/audit?action=session.create&subject=ida&limit=3`);
    expect(events.text).toContain('"method":"password and recovery code"');
  });
});

describe('who writes the database', () => {
  it('switches nothing off by removing the row', async () => {
    const { username, password, key } = await addWithApp('jan');
    const id = await idOf(username);
    const row = await rowOf(id);
    await backend.deps.db.pool.query('DELETE FROM second_factor WHERE "userId" = $1', [id]);
    expect((await signIn(username, password)).status).toBe(500);
    expect((await signIn(username, password, codeAfter(key, 1))).status).toBe(500);
    const users = await backend.asAdministrator('GET', '/v1/admin/users?search=jan');
    expect(users.json).toMatchObject({ results: [{ secondFactor: true }] });
    // an administrator can still remove it
    expect((await backend.asAdministrator('PUT', '/v1/admin/users/jan', { secondFactor: false })).status).toBe(200);
    expect((await signIn(username, password)).status).toBe(200);
    expect(row).toBeDefined();
  });

  const putBack = async (id: string, row: Record<string, unknown>) => {
    await backend.deps.db.pool.query('DELETE FROM second_factor WHERE "userId" = $1', [id]);
    await backend.deps.db.pool.query(
      'INSERT INTO second_factor SELECT * FROM jsonb_populate_record(null::second_factor, $1)',
      [JSON.stringify(row)],
    );
  };

  it('makes no used code new by an earlier row', async () => {
    const { username, password, codes } = await addWithApp('kim');
    const id = await idOf(username);
    const before = await rowOf(id);
    expect((await signIn(username, password, codes[0])).status).toBe(200);
    await putBack(id, before);
    expect((await signIn(username, password, codes[0])).status).toBe(500);
  });

  it('brings no removed app back, nor one of another user', async () => {
    const [lea, max] = [await addWithApp('lea'), await addWithApp('max')];
    const [leas, maxs] = [await idOf('lea'), await idOf('max')];
    const before = await rowOf(leas);
    await ask(lea.headers, 'secondFactor.remove', { current: lea.password, code: codeAfter(lea.key, 1) });
    await putBack(leas, before);
    expect((await signIn('lea', lea.password, lea.codes[0])).status).toBe(500);
    await putBack(leas, { ...(await rowOf(maxs)), userId: leas });
    expect((await signIn('lea', lea.password, codeAfter(max.key, 1))).status).toBe(500);
  });

  it('reads neither secret nor codes', async () => {
    const { key, codes } = await addWithApp('ned');
    const stored = JSON.stringify(await rowOf(await idOf('ned')));
    const secret = Buffer.from(Secret.fromBase32(key).buffer);
    for (const text of [key, secret.toString('base64url'), secret.toString('hex'), ...codes])
      expect(stored).not.toContain(text);
    for (const text of [key, ...codes]) expect(backend.logged()).not.toContain(text);
  });
});
