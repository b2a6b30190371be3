import { PluginFailure } from '@secret-store/plugin-host';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { providerStatus } from '../providers/status/provider-status.ts';
import { PluginCalls } from '../running/plugin-calls.ts';
import { type FailingVault, openFailingVault } from '../secrets/settling/testing/failing-vault.ts';
import { admin, type BackendFixture, openBackendFixture } from '../secrets/testing/backend-fixture.ts';
import { type HttpVault, startHttpVault } from '../secrets/testing/http-vault.ts';
import { keepCalls } from './keep-calls.ts';
import { providerHealth } from './provider-health.ts';

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

const health = (deps = store.deps) => providerHealth(deps, admin, failing.vaultId);
const status = async (deps = store.deps) =>
  (await providerStatus(deps, admin)).find(({ providerId }) => providerId === failing.vaultId);

/** A quarter of an hour may end meanwhile. */
const callsIn = ({ slots }: Awaited<ReturnType<typeof health>>) => ({
  calls: slots.reduce((sum, slot) => sum + slot.calls, 0),
  failures: slots.reduce((sum, slot) => sum + slot.failures, 0),
});

const failWith = (reason: 'unreachable' | 'conflict') =>
  failing.replace({ createSecret: () => Promise.reject(new PluginFailure(reason)) });

/** The same backend after a restart, or another one on the same database. */
const backendCalled = (name: string) => ({ ...store.deps, calls: new PluginCalls(name) });

it('says of each operation when it worked and failed last, with how long that took', async () => {
  const { id } = await failing.create('A', 'hunter2');
  await failing.update(id, 'hunter3');
  failWith('unreachable');
  await expect(failing.create('B', 'hunter4')).rejects.toMatchObject({ code: 8009 });
  const seen = await health();
  expect(seen.backends).toMatchObject([{ backend: 'test:4000', isThis: true }]);
  const [create, update] = seen.backends[0]?.operations ?? [];
  expect(create).toMatchObject({
    operation: 'create',
    failure: { reason: expect.stringContaining('The vault cannot be reached'), milliseconds: expect.any(Number) },
    failingSince: create?.failure?.at,
  });
  expect(create?.success?.at).toEqual(expect.any(String));
  expect(update).toMatchObject({ operation: 'update', failure: null, failingSince: null });
  expect(callsIn(seen)).toEqual({ calls: 3, failures: 1 });
  expect(seen.slots).toHaveLength(96);
  expect(JSON.stringify(seen)).not.toContain('hunter');
});

it('survives a restart, and says of which backend it is', async () => {
  failWith('unreachable');
  await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009 });
  const before = await status();
  expect(before?.failing).toMatchObject({ backend: 'test:4000', isThis: true });
  expect((await status(backendCalled('test:4000')))?.failing).toEqual(before?.failing);
  expect((await status(backendCalled('other:4000')))?.failing).toEqual({ ...before?.failing, isThis: false });
});

it('of one backend that works says nothing of another that does not', async () => {
  failWith('unreachable');
  await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009 });
  await status();
  const other = backendCalled('other:4000');
  const provider = other.calls.watch({ providerId: failing.vaultId, activationNumber: 0 }, failing.plugin);
  await provider.createSecret('v', {
    ...{ secretId: crypto.randomUUID(), algorithmId: crypto.randomUUID(), environmentVariable: 'X', version: 1 },
  });
  expect((await status(other))?.failing).toMatchObject({ backend: 'test:4000', isThis: false });
  expect((await health(other)).backends.map(({ backend }) => backend)).toEqual(['other:4000', 'test:4000']);
});

it('shows no words that another writer of the database put there', async () => {
  failWith('unreachable');
  await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009 });
  await health();
  const { providerId, ...row } = { providerId: failing.vaultId, failureReason: 'planted words' };
  await store.deps.db.prisma.pluginCall.updateMany({ where: { providerId }, data: row });
  const shown = JSON.stringify([await health(), await status()]);
  expect(shown).not.toContain('planted');
  expect(shown).toContain('The cause is not known.');
});

it('keeps calls of other providers when one was removed meanwhile', async () => {
  const { calls } = store.deps;
  const gone = calls.watch({ providerId: crypto.randomUUID(), activationNumber: 1 }, failing.plugin);
  await gone.createSecret('v', {
    ...{ secretId: crypto.randomUUID(), algorithmId: crypto.randomUUID(), environmentVariable: 'X', version: 1 },
  });
  await failing.create('A', 'v');
  await keepCalls(store.deps);
  expect(callsIn(await health())).toEqual({ calls: 1, failures: 0 });
});
