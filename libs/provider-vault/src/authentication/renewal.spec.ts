import { once } from 'node:events';
import http from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { everything } from '../testing/fake/fake-policy.ts';
import { FakeVault, type Intercept } from '../testing/fake/fake-vault.ts';
import { freshContext, testProvider } from '../testing/test-provider.ts';

let vault: FakeVault;
const patience = { timeout: 30_000 };
const loginKeys = { vault_token: '', vault_role_id: 'role', vault_secret_id: 'secret' };
const renewals = () => vault.requestsTo(/\/auth\/token\/renew-self$/).length;
const logins = () => vault.requestsTo(/\/auth\/approle\/login$/).length;
const outage: Intercept = () => ({ status: 500, body: { errors: ['internal error'] } });

beforeAll(async () => {
  vault = await FakeVault.start();
});

beforeEach(() => {
  vault.reset();
  vault.logins.roles.length = 0;
  // The clocks of provider and fake; sockets and their timeouts keep running.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

afterAll(() => vault.close());

test('renews a configured token at 0.8 of its lifetime, again and again, even without calls', async () => {
  await call(given({ seconds: 100, renewable: true }));
  await pass(79);
  expect(renewals()).toBe(0);
  await pass(2);
  await vi.waitFor(() => expect(renewals()).toBe(1), patience);
  await settled();
  await pass(81);
  await vi.waitFor(() => expect(renewals()).toBe(2), patience);
});

test('keeps a token alive beyond its initial lifetime', async () => {
  const subject = given({ seconds: 100, renewable: true });
  await call(subject);
  for (const renewed of [1, 2]) {
    await pass(81);
    await vi.waitFor(() => expect(renewals()).toBe(renewed), patience);
    await settled();
  }
  await call(subject);
});

test('uses a token that cannot be renewed until it expires', async () => {
  const subject = given({ seconds: 100, renewable: false });
  await call(subject);
  await pass(99);
  await call(subject);
  await pass(2);
  await expect(call(subject)).rejects.toMatchObject({ problem: 'not-authenticated' });
});

test('renews a token immediately if little of its lifetime is left', async () => {
  const token = vault.tokens.make({ rules: everything, seconds: 100, renewable: true });
  await pass(90);
  await call(testProvider(vault, { vault_token: token }));
  await vi.waitFor(() => expect(renewals()).toBe(1), patience);
});

test.each([
  ['does not end', { seconds: 0 }],
  ['cannot be renewed', { seconds: 100, renewable: false }],
])('renews no token that %s', async (_what, options) => {
  const subject = given(options);
  await call(subject);
  await vi.waitFor(() => expect(vault.requestsTo(/lookup-self$/)).toHaveLength(1), patience);
  await call(subject);
  await pass(99);
  await call(subject);
  expect(vault.requestsTo(/lookup-self$/)).toHaveLength(1);
  expect(renewals()).toBe(0);
});

test('does not delay or fail a call if the server does not answer about the token', async () => {
  const subject = given({ seconds: 100, renewable: true });
  vault.interceptAt(/lookup-self$/, () => 'taken');
  await call(subject);
  await call(subject);
});

test('asks for the lifetime of a token again after an outage', async () => {
  vault.interceptAt(/lookup-self$/, outage, outage, outage, outage);
  await call(given({ seconds: 100, renewable: true }));
  await vi.waitFor(() => expect(vault.requestsTo(/lookup-self$/)).toHaveLength(4), patience);
  await settled();
  await pass(11);
  await vi.waitFor(() => expect(vault.requestsTo(/lookup-self$/)).toHaveLength(5), patience);
  await settled();
  await pass(80);
  await vi.waitFor(() => expect(renewals()).toBe(1), patience);
});

test('logs in once for twenty concurrent calls', async () => {
  role({ seconds: 100, renewable: true });
  const subject = testProvider(vault, loginKeys);
  await Promise.all(Array.from({ length: 20 }, () => call(subject)));
  expect(logins()).toBe(1);
});

test('logs in only once more for twenty calls whose token was revoked', async () => {
  role({ seconds: 100, renewable: true });
  const subject = testProvider(vault, loginKeys);
  await call(subject);
  vault.logins.end('approle');
  await Promise.all(Array.from({ length: 20 }, () => call(subject)));
  expect(logins()).toBe(2);
});

test('renews the token of a login at 0.8 of its lifetime', async () => {
  role({ seconds: 100, renewable: true });
  await call(testProvider(vault, loginKeys));
  await pass(79);
  expect(renewals()).toBe(0);
  await pass(2);
  await vi.waitFor(() => expect(renewals()).toBe(1), patience);
  expect(logins()).toBe(1);
});

test.each([
  ['cannot be renewed', { seconds: 100, renewable: false }, 0],
  ['was ended', { seconds: 100, renewable: true }, 1],
])('logs in again in the place of a renewal where the token %s', async (_what, options, expectedRenewals) => {
  role(options);
  const subject = testProvider(vault, loginKeys);
  await call(subject);
  if (options.renewable) vault.logins.end('approle');
  await pass(81);
  await vi.waitFor(() => expect(logins()).toBe(2), patience);
  await settled();
  expect(renewals()).toBe(expectedRenewals);
  await pass(30);
  await call(subject);
  expect(logins()).toBe(2);
});

test('logs in before a call if the token has expired, and sends nothing with the old one', async () => {
  role({ seconds: 100, renewable: true });
  const subject = testProvider(vault, loginKeys);
  await call(subject);
  const [old] = vault.requests.flatMap(({ headers }) => headers['x-vault-token'] ?? []);
  vi.setSystemTime(Date.now() + 200_000);
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 200_000);
  vault.requests.length = 0;
  await call(subject);
  expect(logins()).toBe(1);
  expect(vault.requests.filter(({ headers }) => headers['x-vault-token'] === old)).toEqual([]);
  vi.restoreAllMocks();
});

test('keeps using a valid token while renewals fail, and renews it when the server is back', async () => {
  role({ seconds: 100, renewable: true });
  const subject = testProvider(vault, loginKeys);
  await call(subject);
  vault.interceptAt(/renew-self$/, outage, outage, outage, outage);
  await pass(81);
  await vi.waitFor(() => expect(renewals()).toBe(4), patience);
  await settled();
  await call(subject);
  await pass(11);
  await vi.waitFor(() => expect(renewals()).toBe(5), patience);
  expect(logins()).toBe(1);
});

test('stops logging in by itself when the login is refused', async () => {
  role({ seconds: 100, renewable: false });
  const subject = testProvider(vault, loginKeys);
  await call(subject);
  vault.logins.roles.length = 0;
  await pass(81);
  await vi.waitFor(() => expect(logins()).toBe(2), patience);
  // Its token is still valid for a while; these are answered after the login.
  await call(subject);
  await pass(600);
  expect(logins()).toBe(2);
});

test.each([403])('tries once more after %i with a new token, and never more', async (status) => {
  role({ seconds: 100, renewable: true });
  const subject = testProvider(vault, loginKeys);
  await call(subject);
  const refuse: Intercept = () => ({ status, body: { errors: ['permission denied'] } });
  vault.requests.length = 0;
  vault.intercept(refuse, refuse);
  await expect(call(subject)).rejects.toMatchObject({ problem: 'not-permitted' });
  expect(logins()).toBe(1);
  expect(vault.requestsTo(/\/secret\//)).toHaveLength(2);
});

test('sends no second request when a configured token lacks the right', async () => {
  const subject = testProvider(vault);
  await call(subject);
  vault.requests.length = 0;
  vault.intercept(() => ({ status: 403, body: { errors: ['permission denied'] } }));
  await expect(call(subject)).rejects.toMatchObject({ problem: 'not-permitted' });
  expect(vault.requestsTo(/\/secret\//)).toHaveLength(1);
});

test('recognises its own write that was carried out before the token was refused', async () => {
  role({ seconds: 100, renewable: true });
  const subject = testProvider(vault, loginKeys);
  await call(subject);
  vault.intercept(
    (request) => {
      vault.answer(request);
      return { status: 502 };
    },
    () => ({ status: 403, body: { errors: ['permission denied'] } }),
  );
  const context = freshContext();
  const id = await subject.createSecret('value', context);
  expect((await subject.getSecret(id, context)).getValue()).toBe('value');
});

const given = (options: { seconds: number; renewable?: boolean }) =>
  testProvider(vault, { vault_token: vault.tokens.make({ rules: everything, ...options }) });

const role = (token: { seconds: number; renewable: boolean }): void => {
  vault.logins.roles.push({
    mount: 'approle',
    body: { role_id: 'role', secret_id: 'secret' },
    refusal: { status: 400, body: { errors: ['invalid role or secret ID'] } },
    token: { rules: everything, ...token },
  });
};

const call = async (subject: ReturnType<typeof testProvider>): Promise<void> => {
  await subject.createSecret('value', freshContext());
};

/** When this resolves, a renewal that rang before it has reached the server, because a later request has. */
const pass = async (seconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  for (let request = 0; request < 2; request += 1) {
    const request = http.get(`${vault.address}/v1/sys/health`, (answer) => void answer.resume());
    await once(request, 'response');
  }
};

/** Waits until an answer has scheduled the next renewal. */
const settled = async (): Promise<void> => {
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1), patience);
};
