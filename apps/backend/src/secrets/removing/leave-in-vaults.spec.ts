import { PluginFailure } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeAlgorithm } from '../../algorithms/remove-algorithm.ts';
import { providerStatus } from '../../providers/status/provider-status.ts';
import { removeProvider } from '../../providers/remove-provider.ts';
import { type FailingVault, openFailingVault } from '../settling/testing/failing-vault.ts';
import { ada, admin, type BackendFixture, openBackendFixture } from '../testing/backend-fixture.ts';
import { type HttpVault, startHttpVault } from '../testing/http-vault.ts';
import { removeSecret } from './remove-secret.ts';

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
  vault.held.clear();
  failing = await openFailingVault(store, vault);
  failing.replace({ deleteSecret: () => Promise.reject(new PluginFailure('sealed')) });
});

const leave = (id: string, actor = ada) => removeSecret(store.deps, actor, failing.algorithm.id, id, { leave: true });

const leftBehind = async () => {
  const status = await providerStatus(store.deps, admin);
  return status.find(({ providerId }) => providerId === failing.vaultId)?.leftBehind;
};

const actionsOf = async (subjectId: string) => {
  await store.deps.ledger.flush();
  const events = await store.deps.db.prisma.auditEvent.findMany({ where: { subjectId }, orderBy: { sequence: 'asc' } });
  return events.map(({ action }) => action);
};

describe('a secret whose vault does not delete it', () => {
  it('names the way out, and is removed without the vault, listed and audited', async () => {
    const { id } = await failing.create('A', 'v');
    await failing.create('B', 'w');
    await expect(failing.remove(id)).rejects.toMatchObject({
      code: 8010,
      message: expect.stringContaining('delete it with ?leave=true'),
    });
    await leave(id);
    expect([(await failing.list()).map(({ secret_key }) => secret_key), vault.held.size]).toEqual([['B'], 2]);
    expect(await failing.seen()).toMatchObject({ values: { B: 'w' }, deleting: [] });
    const { owner, name } = failing.algorithm;
    expect(await leftBehind()).toMatchObject([
      {
        ...{ secretId: id, environmentVariable: 'A', kind: 'delete' },
        place: expect.any(String),
        algorithm: { owner, name },
      },
    ]);
    expect((await actionsOf(id)).slice(-2)).toEqual(['secret.leave-behind', 'secret.delete']);
    await expect(leave(id)).rejects.toMatchObject({ code: 8008 });
  });

  it('is not deleted later by the settler, and its variable is free', async () => {
    const { id } = await failing.create('A', 'v');
    await leave(id);
    failing.repair();
    await failing.settle();
    expect(vault.held.size).toBe(1);
    await failing.create('A', 'other');
    expect(await failing.seen()).toMatchObject({ values: { A: 'other' } });
  });

  it('whose deletion is under way is left too, and then the provider can be removed', async () => {
    const { id } = await failing.create('A', 'v');
    failing.replace({ deleteSecret: () => Promise.reject(new PluginFailure('unreachable')) });
    await expect(failing.remove(id)).rejects.toMatchObject({ code: 8009 });
    await expect(removeProvider(store.deps, admin, failing.vaultId)).rejects.toMatchObject({ code: 8022 });
    await leave(id);
    expect(await leftBehind()).toMatchObject([{ secretId: id }]);
    await removeProvider(store.deps, admin, failing.vaultId);
  });
});

it('only who may manage the algorithm leaves its secrets, also an administrator', async () => {
  const { id } = await failing.create('A', 'v');
  const eve = { userId: 'eve-id', username: 'eve', role: 'user' as const };
  await expect(leave(id, eve)).rejects.toMatchObject({ code: 2001 });
  await leave(id, admin);
  expect(await failing.list()).toEqual([]);
});

it('a value in our own database is deleted, whatever was asked', async () => {
  const { id } = await failing.create('A', 'v', internalProviderId);
  await leave(id);
  expect(await store.deps.db.prisma.internalSealedValue.count({ where: { providerKey: id } })).toBe(0);
});

it('an algorithm goes with all of its secrets, and each of a vault is listed', async () => {
  const first = await failing.create('A', 'v');
  await failing.create('B', 'w', internalProviderId);
  const third = await failing.create('C', 'x');
  await expect(failing.removeAlgorithm()).rejects.toMatchObject({ code: 8010 });
  await removeAlgorithm(store.deps, ada, failing.algorithm.id, { leave: true });
  expect((await leftBehind())?.map(({ secretId }) => secretId).toSorted()).toEqual([first.id, third.id].toSorted());
  expect(vault.held.size).toBe(2);
});

describe('a deletion that its vault never answers', () => {
  beforeEach(() => failing.replace({ deleteSecret: () => Promise.reject(new PluginFailure('unreachable')) }));

  it('is given up with its algorithm, and listed', async () => {
    const { id } = await failing.create('A', 'v');
    await expect(failing.removeAlgorithm()).rejects.toMatchObject({ code: 8009 });
    await removeAlgorithm(store.deps, ada, failing.algorithm.id, { leave: true });
    expect(await leftBehind()).toMatchObject([{ secretId: id }]);
    expect(await failing.intents()).toMatchObject([{ state: 'left-behind' }]);
    await removeProvider(store.deps, admin, failing.vaultId);
  });

  it('of an algorithm that is gone is given up with its provider, and audited, once it was tried again', async () => {
    const { id } = await failing.create('A', 'v');
    await expect(failing.remove(id)).rejects.toMatchObject({ code: 8009 });
    await failing.removeAlgorithm();
    await expect(removeProvider(store.deps, admin, failing.vaultId, { leave: true })).rejects.toMatchObject({
      code: 8022,
    });
    await failing.settle();
    await expect(removeProvider(store.deps, admin, failing.vaultId)).rejects.toMatchObject({
      code: 8022,
      message: expect.stringContaining('remove it with ?leave=true'),
    });
    await removeProvider(store.deps, admin, failing.vaultId, { leave: true });
    expect(await failing.intents()).toEqual([]);
    expect((await actionsOf(id)).at(-1)).toBe('secret.leave-behind');
  });

  it('does not make a provider removable that secrets use', async () => {
    await failing.create('A', 'v');
    const { id } = await failing.create('B', 'w');
    await expect(failing.remove(id)).rejects.toMatchObject({ code: 8009 });
    await failing.settle();
    await expect(removeProvider(store.deps, admin, failing.vaultId, { leave: true })).rejects.toMatchObject({
      message: expect.stringContaining('1 secret still uses'),
    });
  });
});

it('a secret that the algorithm does not have is 8008', async () => {
  await expect(leave('0199aaaa-0000-7000-8000-000000000000')).rejects.toMatchObject({ code: 8008 });
});
