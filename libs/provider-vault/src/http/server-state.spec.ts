import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FakeState } from '../testing/fake/fake-health.ts';
import { FakeVault } from '../testing/fake/fake-vault.ts';
import { freshContext, testProvider } from '../testing/test-provider.ts';

let vault: FakeVault;
let active: FakeVault;
const loginKeys = { vault_token: '', vault_role_id: 'role', vault_secret_id: 'secret' };

beforeAll(async () => {
  vault = await FakeVault.start();
  active = await FakeVault.start();
  vault.activeAddress = active.address;
});

beforeEach(() => [vault, active].forEach((each) => each.reset()));

afterAll(() => Promise.all([vault.close(), active.close()]));

describe.each<[FakeState, string]>([
  ['sealed', 'sealed'],
  ['uninitialized', 'not-initialized'],
  ['standby', 'standby'],
])('a server that is %s', (state, problem) => {
  test('is reported as such, is asked once and is not followed elsewhere', async () => {
    const subject = testProvider(vault);
    const context = freshContext();
    const id = await subject.createSecret('value', context);
    vault.reset();
    vault.state = state;
    for (const call of [
      () => subject.createSecret('value', freshContext()),
      () => subject.updateSecret(id, 'next', context),
      () => subject.deleteSecret(id, context),
      () => subject.getSecret(id, context),
    ]) {
      vault.requests.length = 0;
      await expect(call()).rejects.toMatchObject({ problem });
      expect(vault.requests.map(({ target }) => target)).toEqual([
        expect.stringContaining('/secret/'),
        '/v1/sys/health',
      ]);
    }
    expect(active.requests).toEqual([]);
    vault.state = 'active';
    expect((await subject.getSecret(id, context)).getValue()).toBe('value');
  });

  test('is reported as such to a provider that logs in', async () => {
    vault.state = state;
    await expect(testProvider(vault, loginKeys).createSecret('value', freshContext())).rejects.toMatchObject({
      problem,
    });
    expect(active.requests).toEqual([]);
  });

  test('is reported as such behind a namespace', async () => {
    vault.state = state;
    const subject = testProvider(vault, { vault_namespace: 'team-a' });
    await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem });
    const health = vault.requestsTo(/health/)[0];
    expect(health?.headers).not.toHaveProperty('x-vault-namespace');
    expect(health?.headers).not.toHaveProperty('x-vault-token');
  });
});

test('relies on the error message if the health endpoint cannot be reached', async () => {
  const subject = testProvider(vault);
  vault.intercept(() => ({ status: 503, body: { errors: ['Vault is sealed'] } }));
  vault.interceptAt(/health/, () => ({ status: 404, body: { message: 'no such page' } }));
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'sealed' });
});

test("does not mistake a proxy's own 503 for a sealed server", async () => {
  const subject = testProvider(vault);
  const busy = () => ({ status: 503, body: { message: 'busy' } });
  vault.intercept(busy, busy, busy, busy);
  vault.interceptAt(/health/, busy);
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'unavailable' });
});

test('is not confused by a path that looks like the health endpoint', async () => {
  const subject = testProvider(vault, { vault_secret_path: 'secret/sys/health' });
  const context = freshContext();
  const id = await subject.createSecret('value', context);
  const fail = () => ({ status: 500, body: { data: { data: { value: 'forged' } } } });
  vault.intercept(fail, fail, fail, fail);
  await expect(subject.getSecret(id, context)).rejects.toMatchObject({ problem: 'unavailable' });
});
