import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Algorithm, AlgorithmSecret } from '@secret-store/api';
import { PluginFailure } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import { settleIntents, startSettler } from './settler.ts';
import { type HttpVault, startHttpVault } from '../testing/http-vault.ts';
import { httpVaultProvider } from '../testing/http-vault-provider.ts';
import { readAsWorker } from '../testing/read-as-worker.ts';
import { secretRequest } from '../testing/secret-request.ts';
import { ada, addPlugin, openBackendFixture, type BackendFixture } from '../testing/backend-fixture.ts';
import { createAlgorithm } from '../../algorithms/create-algorithm.ts';
import { createSecret } from '../create-secret.ts';
import { listSecrets } from '../list-secrets.ts';
import { removeAlgorithm } from '../../algorithms/remove-algorithm.ts';
import { removeSecret } from '../remove-secret.ts';
import { updateSecret } from '../update-secret.ts';

let store: BackendFixture;
let vault: HttpVault;
let vaultId: string;
let algorithm: Algorithm;
let names = 0;

beforeAll(async () => {
  store = await openBackendFixture();
  vault = await startHttpVault();
});
afterAll(async () => {
  await store.close();
  await vault.close();
});
beforeEach(async () => {
  vault.trouble = 'none';
  vault.held.clear();
  await store.deps.db.prisma.writeIntent.deleteMany();
  vaultId = await addPlugin(store, httpVaultProvider(vault));
  algorithm = await createAlgorithm(store.deps, ada, { owner: 'ada', name: `model-${names++}` });
});

const create = (variable: string, value: string, provider_id = vaultId): Promise<AlgorithmSecret> =>
  createSecret(store.deps, ada, algorithm.id, secretRequest(algorithm.id, variable, value, { provider_id }));
const update = (id: string, secret_value: string) =>
  updateSecret(store.deps, ada, algorithm.id, id, { short_name: 'Name', description: '', secret_value });
const remove = (id: string) => removeSecret(store.deps, ada, algorithm.id, id);
const list = async () => (await listSecrets(store.deps, ada, algorithm.id)).results;
const seen = () => readAsWorker(store, algorithm, vault);
const intents = () => store.deps.db.prisma.writeIntent.findMany();
/** When every lease has run out, and every pause between attempts too. */
const later = new Date(Date.now() + 86_400_000);
const failing = (reason: 'timed-out' | 'ended') => () => Promise.reject(new PluginFailure(reason));

describe('a create that fails', () => {
  it('in the vault after it was stored, leaves nothing behind', async () => {
    const plugin = httpVaultProvider(vault);
    store.plugins.set(vaultId, {
      ...plugin,
      createSecret: async (value, context) => {
        await plugin.createSecret(value, context);
        throw new PluginFailure('ended');
      },
    });
    await expect(create('A', 'v')).rejects.toMatchObject({ code: 8009, status: 502 });
    expect([vault.held.size, await intents(), await list()]).toEqual([0, [], []]);
    expect((await seen()).values).toEqual({});
  });

  it('with an unanswering vault is 504, and is settled when what was in flight has landed', async () => {
    const plugin = httpVaultProvider(vault);
    let landed: Promise<unknown> | undefined;
    store.plugins.set(vaultId, {
      ...plugin,
      createSecret: (value, context) => {
        landed = plugin.createSecret(value, context);
        return Promise.reject(new PluginFailure('timed-out'));
      },
    });
    await expect(create('A', 'v')).rejects.toMatchObject({ code: 8009, status: 504 });
    await landed;
    await settleIntents(store.deps, { now: new Date() });
    expect(await intents()).toHaveLength(1);
    await settleIntents(store.deps, { now: later });
    expect([vault.held.size, await intents()]).toEqual([0, []]);
  });

  it('is tried again later, less and less often, while the vault is down', async () => {
    vault.trouble = 'after';
    await expect(create('A', 'v')).rejects.toMatchObject({ code: 8009 });
    await settleIntents(store.deps, { now: later });
    await settleIntents(store.deps, { now: later });
    const [intent] = await intents();
    expect(intent).toMatchObject({ state: 'pending', attempts: 3 });
    expect(intent?.settleAfter.getTime()).toBeGreaterThan(Date.now() + 100_000);
    vault.trouble = 'none';
    await settleIntents(store.deps, { now: later });
    expect([vault.held.size, await intents()]).toEqual([0, []]);
  });

  it('is listed as left behind where the plugin cannot name what it made', async () => {
    vault.trouble = 'after';
    store.plugins.set(vaultId, httpVaultProvider({ url: vault.url, isFindable: false }));
    await expect(create('A', 'v')).rejects.toMatchObject({ code: 8009 });
    expect(await intents()).toMatchObject([{ state: 'left-behind', environmentVariable: 'A' }]);
    await settleIntents(store.deps, { now: later });
    expect(await intents()).toHaveLength(1);
  });

  it('is deleted also where the plugin cannot name it, once the plugin has told the identifier', async () => {
    store.plugins.set(vaultId, httpVaultProvider({ url: vault.url, isFindable: false }));
    await create('A', 'v', internalProviderId);
    const clash = secretRequest(algorithm.id, 'B', 'w', { provider_id: vaultId });
    const [first, second] = await Promise.allSettled(
      [1, 2].map(() => createSecret(store.deps, ada, algorithm.id, clash)),
    );
    expect([first?.status, second?.status].sort()).toEqual(['fulfilled', 'rejected']);
    expect([vault.held.size, await intents()]).toEqual([1, []]);
  });

  it.each([
    ['an empty identifier', ''],
    ['a long identifier', 'x'.repeat(1025)],
    ['half a character', '\ud800'],
    ['U+0000', 'a\0b'],
  ])('by %s is 8009', async (_, key) => {
    store.plugins.set(vaultId, {
      ...httpVaultProvider(vault),
      createSecret: async () => ({ getProviderKey: () => key }),
    });
    await expect(create('A', 'v')).rejects.toMatchObject({ code: 8009, status: 502 });
    expect(await list()).toEqual([]);
  });

  it('because the pool has no certified key leaves nothing, and nothing was sealed', async () => {
    const sealedValues = () => store.deps.db.prisma.internalSealedValue.count();
    const before = await sealedValues();
    const keys = await store.deps.db.prisma.poolKey.findMany();
    await store.deps.db.prisma.poolKey.deleteMany();
    await expect(create('A', 'v', internalProviderId)).rejects.toMatchObject({ status: 502 });
    for (const { certificate, ...key } of keys) {
      await store.deps.db.prisma.poolKey.create({ data: { ...key, certificate: certificate ?? {} } });
    }
    expect([await intents(), await list(), await sealedValues()]).toEqual([[], [], before]);
  });
});

describe('an update that fails', () => {
  it('is 8007 when the vault no longer has the secret, and the version stays', async () => {
    const { id } = await create('A', 'v');
    vault.held.clear();
    await expect(update(id, 'w')).rejects.toMatchObject({ code: 8007, status: 502 });
    expect([await intents(), (await seen()).versions]).toEqual([[], { A: 1 }]);
  });

  it.each(['before', 'after'] as const)('becomes a new version when the vault failed %s it wrote', async (trouble) => {
    const created = await create('A', 'old');
    vault.trouble = trouble;
    await expect(update(created.id, 'new')).rejects.toMatchObject({ code: 8009, status: 502 });
    vault.trouble = 'none';
    expect((await seen()).versions).toEqual({ A: 1 });
    await settleIntents(store.deps, { now: later });
    expect(await seen()).toMatchObject({ versions: { A: 2 }, values: { A: trouble === 'after' ? 'new' : 'old' } });
    const [listed] = await list();
    expect(listed?.default_secret_value_id).not.toBe(created.default_secret_value_id);
    expect(await intents()).toEqual([]);
  });

  it('is made good by the next one, and never comes back', async () => {
    const { id } = await create('A', 'old');
    vault.trouble = 'after';
    await expect(update(id, 'lost')).rejects.toMatchObject({ code: 8009 });
    vault.trouble = 'none';
    await update(id, 'new');
    await settleIntents(store.deps, { now: later });
    expect(await seen()).toMatchObject({ versions: { A: 3 }, values: { A: 'new' } });
    expect(await intents()).toEqual([]);
  });

  it('ends with the secret when that is removed', async () => {
    const { id } = await create('A', 'old');
    vault.trouble = 'after';
    await expect(update(id, 'lost')).rejects.toMatchObject({ code: 8009 });
    vault.trouble = 'none';
    await remove(id);
    await settleIntents(store.deps, { now: later });
    expect([await intents(), await list(), vault.held.size]).toEqual([[], [], 0]);
  });

  it('with an unanswering plugin is 504', async () => {
    const { id } = await create('A', 'old');
    store.plugins.set(vaultId, { ...httpVaultProvider(vault), updateSecret: failing('timed-out') });
    await expect(update(id, 'new')).rejects.toMatchObject({ code: 8009, status: 504 });
  });

  it('of an internal value leaves the old one, and no sealed row of the new one', async () => {
    const { id } = await create('A', 'old', internalProviderId);
    await store.asOwner(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
       CREATE TRIGGER refuse BEFORE INSERT ON secret_version EXECUTE FUNCTION refuse()`,
    );
    await expect(update(id, 'new')).rejects.toThrow();
    await store.asOwner('DROP TRIGGER refuse ON secret_version');
    expect(await seen()).toMatchObject({ versions: { A: 1 }, values: { A: 'old' } });
    expect([
      await intents(),
      await store.deps.db.prisma.internalSealedValue.count({ where: { providerKey: id } }),
    ]).toEqual([[], 1]);
    await update(id, 'newer');
    expect(await seen()).toMatchObject({ versions: { A: 2 }, values: { A: 'newer' } });
  });
});

describe('a deletion that fails', () => {
  it.each([
    ['502', 'ended', 502],
    ['504', 'timed-out', 504],
  ] as const)('is 8009 with %s, and a worker has the secret again', async (_, reason, status) => {
    const { id } = await create('A', 'v');
    store.plugins.set(vaultId, { ...httpVaultProvider(vault), deleteSecret: failing(reason) });
    await expect(remove(id)).rejects.toMatchObject({ code: 8009, status });
    expect(await seen()).toMatchObject({ values: { A: 'v' }, versions: { A: 1 } });
    expect(await intents()).toEqual([]);
    store.plugins.set(vaultId, httpVaultProvider(vault));
    await remove(id);
    expect([await list(), vault.held.size]).toEqual([[], 0]);
  });

  it('while it is under way, is seen by no worker', async () => {
    const { id } = await create('A', 'v');
    let duringDeletion: unknown;
    const plugin = httpVaultProvider(vault);
    store.plugins.set(vaultId, {
      ...plugin,
      deleteSecret: async (identifier, context) => {
        duringDeletion = (await seen()).values;
        return plugin.deleteSecret(identifier, context);
      },
    });
    await remove(id);
    expect(duringDeletion).toEqual({});
  });

  it('because the vault no longer has it, succeeds', async () => {
    const { id } = await create('A', 'v');
    vault.held.clear();
    await remove(id);
    expect([await list(), await intents()]).toEqual([[], []]);
  });

  it('within the removal of an algorithm stops that, names the secret and keeps the rest', async () => {
    const first = await create('A', 'v', internalProviderId);
    const second = await create('B', 'w');
    store.plugins.set(vaultId, { ...httpVaultProvider(vault), deleteSecret: failing('ended') });
    await expect(removeAlgorithm(store.deps, ada, algorithm.id)).rejects.toMatchObject({
      code: 8009,
      message: expect.stringContaining(second.id),
    });
    expect(await seen()).toMatchObject({ values: { B: 'w' } });
    expect((await list()).map(({ id }) => id)).not.toContain(first.id);
    store.plugins.set(vaultId, httpVaultProvider(vault));
    await removeAlgorithm(store.deps, ada, algorithm.id);
    expect(vault.held.size).toBe(0);
  });
});

it('the settler leaves a write alone that is still going on', async () => {
  const plugin = httpVaultProvider(vault);
  let settler: Promise<void> | undefined;
  store.plugins.set(vaultId, {
    ...plugin,
    createSecret: async (value, context) => {
      settler = settleIntents(store.deps, {});
      return plugin.createSecret(value, context);
    },
  });
  await create('A', 'v');
  await settler;
  expect((await seen()).values).toEqual({ A: 'v' });
});

it('the settler begins at once with what an earlier process left, and stops when told', async () => {
  vault.trouble = 'after';
  await expect(create('A', 'v')).rejects.toMatchObject({ code: 8009 });
  vault.trouble = 'none';
  await startSettler(store.deps).stop();
  expect([vault.held.size, await intents()]).toEqual([0, []]);
});
