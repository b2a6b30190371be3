import type { Transaction } from '@secret-store/db';
import { PluginFailure } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import type { SecretContext } from '@secret-store/provider-sdk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSecret } from '../create-secret.ts';
import { ada, type BackendFixture, openBackendFixture } from '../testing/backend-fixture.ts';
import { type FailingVault, openFailingVault } from './testing/failing-vault.ts';
import { httpVaultProvider } from '../testing/http-vault-provider.ts';
import { type HttpVault, startHttpVault } from '../testing/http-vault.ts';
import { secretRequest } from '../testing/secret-request.ts';
import { startSettler } from './settler.ts';

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
  vault.trouble = 'none';
  vault.held.clear();
  failing = await openFailingVault(store, vault);
  // the clock stands still until a test moves it
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => vi.useRealTimers());

/** The settler's turn after so much time. */
const settleAfter = async (seconds: number) => {
  vi.setSystemTime(Date.now() + seconds * 1_000);
  await failing.settle(new Date());
};
const left = async () => [vault.held.size, (await failing.intents()).length];

/** The plugin's call comes to nothing, and its request is on its way: `land` lets it arrive. */
const withRequestOnItsWay = (reason: 'timed-out' | 'ended' | 'unreachable') => {
  const { plugin } = failing;
  let sent: [value: string, context: SecretContext] | undefined;
  failing.replace({
    createSecret: (...request) => {
      sent = request;
      return Promise.reject(new PluginFailure(reason));
    },
  });
  return async () => {
    if (sent !== undefined) await plugin.createSecret(...sent);
  };
};

describe('a create whose outcome is in doubt', () => {
  it.each([
    ['ended', 502],
    ['timed-out', 504],
    ['unreachable', 502],
  ] as const)('because its plugin is %s leaves nothing, also where its request lands late', async (reason, status) => {
    const land = withRequestOnItsWay(reason);
    await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009, status });
    expect([await left(), await failing.list(), (await failing.seen()).values]).toEqual([[0, 1], [], {}]);
    for (const secondsBefore of [20, 60, 500]) {
      vi.setSystemTime(Date.now() + secondsBefore * 1_000);
      await land();
      expect(await left()).toEqual([1, 1]);
      // the sweeps are due 30 s, 2 min and 10 min after the create
      await settleAfter(40);
      expect(vault.held.size).toBe(0);
    }
    expect(await left()).toEqual([0, 0]);
  });

  it('is deleted at once where the vault has it already', async () => {
    const { plugin } = failing;
    failing.replace({
      createSecret: async (value, context) => {
        await plugin.createSecret(value, context);
        throw new PluginFailure('ended');
      },
    });
    await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009, status: 502 });
    expect(await left()).toEqual([0, 1]);
    await settleAfter(600);
    expect(await left()).toEqual([0, 0]);
  });

  it('is asked about at the sweeps alone', async () => {
    const land = withRequestOnItsWay('ended');
    await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009 });
    await land();
    await settleAfter(29);
    expect(await left()).toEqual([1, 1]);
    await settleAfter(1);
    expect(await left()).toEqual([0, 1]);
  });

  it('is settled by the next process at once, and swept by it', async () => {
    const land = withRequestOnItsWay('ended');
    await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009 });
    await land();
    await startSettler(store.deps).stop();
    expect(await left()).toEqual([0, 1]);
    await land();
    await settleAfter(600);
    expect(await left()).toEqual([0, 0]);
  });

  it('is tried again later, less and less often, while the vault is down', async () => {
    vault.trouble = 'after';
    await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009 });
    await settleAfter(30);
    await settleAfter(60);
    const [intent] = await failing.intents();
    expect(intent).toMatchObject({ state: 'pending', attempts: 3 });
    expect(intent?.settleAfter).toEqual(new Date(Date.now() + 120_000));
    vault.trouble = 'none';
    await settleAfter(600);
    expect(await left()).toEqual([0, 0]);
  });

  it('is listed as left behind where the plugin cannot name what it made', async () => {
    vault.trouble = 'after';
    store.plugins.set(failing.vaultId, httpVaultProvider({ url: vault.url, isFindable: false }));
    await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009 });
    expect(await failing.intents()).toMatchObject([{ state: 'left-behind', environmentVariable: 'A' }]);
    await settleAfter(86_400);
    expect(await failing.intents()).toHaveLength(1);
  });
});

describe('a create that comes to nothing leaves nothing at once', () => {
  it('where the vault refused it', async () => {
    failing.replace({ createSecret: () => Promise.reject(new PluginFailure('not-permitted')) });
    await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009, status: 502 });
    expect(await left()).toEqual([0, 0]);
  });

  it('where its name was taken meanwhile, also of what only the plugin can name', async () => {
    store.plugins.set(failing.vaultId, httpVaultProvider({ url: vault.url, isFindable: false }));
    const clash = secretRequest(failing.algorithm.id, 'B', 'w', { provider_id: failing.vaultId });
    const outcomes = await Promise.allSettled(
      [1, 2].map(() => createSecret(store.deps, ada, failing.algorithm.id, clash)),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await left()).toEqual([1, 0]);
  });

  it.each([
    ['an empty identifier', ''],
    ['a long identifier', 'x'.repeat(1025)],
    ['half a character', '\ud800'],
    ['U+0000', 'a\0b'],
  ])('where the plugin answers %s', async (_, key) => {
    failing.replace({ createSecret: async () => ({ getProviderKey: () => key }) });
    await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009, status: 502 });
    expect([await failing.list(), await left()]).toEqual([[], [0, 0]]);
  });

  it('where the pool has no key, which is no failure of a provider', async () => {
    const sealedValues = () => store.deps.db.prisma.internalSealedValue.count();
    const before = await sealedValues();
    const log = vi.spyOn(store.deps.pools, 'log').mockResolvedValue(null);
    const request = secretRequest(failing.algorithm.id, 'A', 'v', { provider_id: internalProviderId });
    const refused = createSecret(store.deps, ada, failing.algorithm.id, request);
    await expect(refused).rejects.toThrow('has no worker yet');
    log.mockRestore();
    expect([await failing.intents(), await failing.list(), await sealedValues()]).toEqual([[], [], before]);
  });
});

it('the settler leaves a write alone that is still going on', async () => {
  const { plugin } = failing;
  let settler: Promise<void> | undefined;
  failing.replace({
    createSecret: async (value, context) => {
      settler = failing.settle();
      return plugin.createSecret(value, context);
    },
  });
  await failing.create('A', 'v');
  await settler;
  expect((await failing.seen()).values).toEqual({ A: 'v' });
});

it('a commit whose answer was lost is waited for before the vault is asked to delete', async () => {
  let letCommit: () => void = () => undefined;
  const committing = new Promise<void>((resolve) => (letCommit = resolve));
  let transactions = 0;
  let committed: Promise<unknown> | undefined;
  /** The second transaction, which commits the create, ends here before it ends in the database. */
  const transaction: Transaction = (work) => {
    transactions += 1;
    if (transactions !== 2) return store.deps.db.transaction(work);
    return new Promise((_, reject) => {
      committed = store.deps.db.transaction(async (tx) => {
        const result = await work(tx);
        reject(new Error('the connection was lost'));
        await committing;
        return result;
      });
    });
  };
  const deps = { ...store.deps, db: { ...store.deps.db, transaction } };
  const request = secretRequest(failing.algorithm.id, 'A', 'v', { provider_id: failing.vaultId });
  const creation = expect(createSecret(deps, ada, failing.algorithm.id, request)).rejects.toThrow(
    'connection was lost',
  );
  const waiting = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%"algorithm"%'`;
  await expect.poll(async () => (await store.deps.db.pool.query(waiting)).rowCount, { timeout: 20_000 }).toBe(1);
  letCommit();
  await Promise.all([creation, committed]);
  expect((await failing.seen()).values).toEqual({ A: 'v' });
  expect(await left()).toEqual([1, 0]);
});
