import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeVault, type Intercept } from '../testing/fake/fake-vault.ts';
import { freshContext, testProvider } from '../testing/test-provider.ts';

let vault: FakeVault;
const loginKeys = { vault_token: '', vault_role_id: 'role', vault_secret_id: 'secret' };
const attempts = () => vault.requestsTo(/\/secret\/data\//).length;
const failure =
  (status: number, headers: Record<string, string> = {}): Intercept =>
  () => ({
    status,
    headers,
    body: { errors: ['try later'] },
  });

beforeAll(async () => {
  vault = await FakeVault.start();
});

beforeEach(() => vault.reset());

afterAll(() => vault.close());

describe.each([412, 500, 502, 503, 504])('%i', (status) => {
  test('is tried again three times, and then reported', async () => {
    const subject = testProvider(vault);
    await subject.createSecret('value', freshContext());
    vault.requests.length = 0;
    vault.intercept(...Array.from({ length: 4 }, () => failure(status)));
    await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({
      problem: 'unavailable',
    });
    expect(attempts()).toBe(4);
    vault.intercept(...Array.from({ length: 3 }, () => failure(status)));
    await subject.createSecret('value', freshContext());
  });
});

test('429 is tried again for as long as the call has time, and then reported', async () => {
  const subject = testProvider(vault);
  await subject.createSecret('value', freshContext());
  vault.intercept(...Array.from({ length: 12 }, () => failure(429)));
  await subject.createSecret('value', freshContext());
  vault.reset();
  vault.interceptAt(/\/secret\/data\//, ...Array.from({ length: 10_000 }, () => failure(429)));
  const impatient = testProvider(vault, {}, { callMilliseconds: 300 });
  await expect(impatient.createSecret('value', freshContext())).rejects.toMatchObject({
    // the last request may be under way at the end
    problem: expect.stringMatching(/^(throttled|timed-out)$/),
  });
  expect(attempts()).toBeGreaterThan(4);
});

test('sixty reads at once succeed under a quota of twenty a second', async () => {
  const subject = testProvider(vault, {}, { retryMilliseconds: 100 });
  const context = freshContext();
  const id = await subject.createSecret('value', context);
  vault.quotaPerSecond = 20;
  const values = await Promise.all(
    Array.from({ length: 60 }, async () => (await subject.getSecret(id, context)).getValue()),
  );
  expect(values).toEqual(values.map(() => 'value'));
  expect(vault.refusedByQuota).toBeGreaterThan(0);
});

test.each([400, 401, 403, 404])('tries nothing again after %i', async (status) => {
  const subject = testProvider(vault);
  await subject.createSecret('value', freshContext());
  vault.requests.length = 0;
  vault.intercept(failure(status));
  await expect(subject.createSecret('value', freshContext())).rejects.toThrow();
  expect(attempts()).toBe(1);
});

test.each([400, 401, 403, 404])('tries no login again after %i', async (status) => {
  const subject = testProvider(vault, loginKeys);
  vault.interceptAt(/\/login$/, failure(status));
  const problem = status === 404 ? 'wrong-engine' : 'not-authenticated';
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem });
  expect(vault.requests).toHaveLength(1);
});

test.each([412, 429, 500, 503])('tries a login again after %i', async (status) => {
  vault.interceptAt(/\/login$/, failure(status));
  await expect(testProvider(vault, loginKeys).createSecret('value', freshContext())).rejects.toMatchObject({
    problem: 'not-authenticated',
  });
  expect(vault.requestsTo(/\/login$/)).toHaveLength(2);
});

test('stops asking if the server requests a long pause', async () => {
  const subject = testProvider(vault);
  await subject.createSecret('value', freshContext());
  vault.requests.length = 0;
  vault.intercept(failure(429, { 'Retry-After': '60' }));
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'throttled' });
  expect(attempts()).toBe(1);
});

test('does not wait for a date after its deadline', async () => {
  const subject = testProvider(vault);
  await subject.createSecret('value', freshContext());
  vault.requests.length = 0;
  vault.intercept(failure(503, { 'Retry-After': new Date(Date.now() + 60_000).toUTCString() }));
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'unavailable' });
  expect(attempts()).toBe(1);
});
