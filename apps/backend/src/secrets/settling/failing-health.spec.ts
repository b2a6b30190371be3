import { PluginFailure } from '@secret-store/plugin-host';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { providerStatus } from '../../providers/status/provider-status.ts';
import { admin, type BackendFixture, openBackendFixture } from '../testing/backend-fixture.ts';
import { type FailingVault, openFailingVault } from './testing/failing-vault.ts';
import { type HttpVault, startHttpVault } from '../testing/http-vault.ts';

let store: BackendFixture;
let vault: HttpVault;
let failing: FailingVault;

beforeAll(async () => {
  store = await openBackendFixture();
  vault = await startHttpVault();
});
afterAll(async () => {
  await store.close();
  await vault.close();
});
beforeEach(async () => {
  failing = await openFailingVault(store, vault);
});

const health = async () => {
  const status = await providerStatus(store.deps, admin);
  return status.find(({ providerId }) => providerId === failing.vaultId);
};

const failWith = (reason: 'unreachable' | 'conflict') =>
  failing.replace({ createSecret: () => Promise.reject(new PluginFailure(reason)) });

it('is failing from the first write that the vault does not answer until one works', async () => {
  expect(await health()).toMatchObject({ health: 'ready', failing: null });
  failWith('unreachable');
  await expect(failing.create('A', 'hunter2')).rejects.toMatchObject({ code: 8009 });
  const first = await health();
  expect(first).toMatchObject({ health: 'failed', message: expect.stringContaining('the vault cannot be reached') });
  expect(JSON.stringify(first)).not.toContain('hunter2');
  await expect(failing.create('B', 'hunter2')).rejects.toMatchObject({ code: 8009 });
  expect((await health())?.failing).toEqual(first?.failing);
  failing.repair();
  await failing.create('C', 'v');
  expect(await health()).toMatchObject({ health: 'ready', failing: null, message: '' });
});

it('is not failing for what is wrong with one secret only', async () => {
  failWith('conflict');
  await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009 });
  expect(await health()).toMatchObject({ health: 'ready', failing: null });
});
