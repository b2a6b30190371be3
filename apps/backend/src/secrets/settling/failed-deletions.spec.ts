import type { Transaction } from '@secret-store/db';
import { PluginFailure } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeSecret } from '../removing/remove-secret.ts';
import { ada, type BackendFixture, openBackendFixture } from '../testing/backend-fixture.ts';
import { type FailingVault, openFailingVault } from './testing/failing-vault.ts';
import { type HttpVault, startHttpVault } from '../testing/http-vault.ts';
import type { WorkerView } from '../testing/read-as-worker.ts';

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
afterEach(() => vi.restoreAllMocks());
beforeEach(async () => {
  vault.trouble = 'none';
  vault.held.clear();
  failing = await openFailingVault(store, vault);
});

/** The variables of each set that is signed from now on, in order. */
const watchSets = () => {
  const keep = vi.spyOn(store.deps.sets, 'keep');
  return () =>
    keep.mock.calls
      .filter(([{ body }]) => body.algorithmId === failing.algorithm.id)
      .map(([{ body }]) =>
        body.secrets.map(({ environmentVariable, deleting }) =>
          deleting ? `${environmentVariable}, leaving` : environmentVariable,
        ),
      );
};

describe('a deletion whose outcome is in doubt', () => {
  it.each([
    ['ended', 502],
    ['timed-out', 504],
    ['unreachable', 502],
  ] as const)('because its plugin is %s is carried through', async (reason, status) => {
    const { id } = await failing.create('A', 'v');
    failing.replace({ deleteSecret: () => Promise.reject(new PluginFailure(reason)) });
    const message = expect.stringContaining('The store keeps trying to delete it in the vault');
    await expect(failing.remove(id)).rejects.toMatchObject({ code: 8009, status, message });
    expect([await failing.list(), (await failing.seen()).values, vault.held.size]).toEqual([[], {}, 1]);
    await failing.settle();
    expect([await failing.intents(), vault.held.size]).toMatchObject([[{ kind: 'delete', attempts: 1 }], 1]);
    failing.repair();
    await failing.settle();
    expect([await failing.intents(), vault.held.size]).toEqual([[], 0]);
  });

  it('ends where its request has landed', async () => {
    const { id } = await failing.create('A', 'v');
    const { plugin } = failing;
    failing.replace({
      deleteSecret: async (identifier, context) => {
        await plugin.deleteSecret(identifier, context);
        throw new PluginFailure('timed-out');
      },
    });
    await expect(failing.remove(id)).rejects.toMatchObject({ code: 8009, status: 504 });
    failing.repair();
    await expect(failing.remove(id)).rejects.toMatchObject({ code: 8008 });
    await failing.settle();
    expect([await failing.list(), await failing.intents(), vault.held.size]).toEqual([[], [], 0]);
  });

  it('leaves its name to a new secret, which stays', async () => {
    const { id } = await failing.create('A', 'old');
    failing.replace({ deleteSecret: () => Promise.reject(new PluginFailure('ended')) });
    await expect(failing.remove(id)).rejects.toMatchObject({ code: 8009 });
    failing.repair();
    await failing.create('A', 'new');
    await failing.settle();
    expect(await failing.seen()).toMatchObject({ values: { A: 'new' } });
    expect([await failing.intents(), vault.held.size]).toEqual([[], 1]);
  });

  it('within the removal of an algorithm stops that and names the secret, and the next removal ends it', async () => {
    const { id } = await failing.create('A', 'v');
    failing.replace({ deleteSecret: () => Promise.reject(new PluginFailure('ended')) });
    const refusal = { code: 8009, message: expect.stringMatching(`${id}.*The algorithm still exists`) };
    await expect(failing.removeAlgorithm()).rejects.toMatchObject(refusal);
    expect(await failing.list()).toEqual([]);
    await failing.removeAlgorithm();
    failing.repair();
    await failing.settle();
    expect([await failing.intents(), vault.held.size]).toEqual([[], 0]);
  });
});

describe('a deletion that the vault refuses', () => {
  it.each(['sealed', 'not-permitted', 'throttled'] as const)(
    'because it is %s is 8010, and no set was without the secret',
    async (reason) => {
      const { id } = await failing.create('A', 'v');
      const before = await failing.list();
      const signedVariables = watchSets();
      failing.replace({ deleteSecret: () => Promise.reject(new PluginFailure(reason)) });
      const message = expect.stringContaining('The secret stays as it was.');
      await expect(failing.remove(id)).rejects.toMatchObject({ code: 8010, status: 502, message });
      expect(await failing.seen()).toMatchObject({ values: { A: 'v' }, versions: { A: 1 }, deleting: [] });
      expect([await failing.list(), await failing.intents()]).toEqual([before, []]);
      expect(signedVariables()).toEqual([['A, leaving'], ['A']]);
      failing.repair();
      await failing.update(id, 'w');
      await failing.remove(id);
      expect([await failing.list(), vault.held.size]).toEqual([[], 0]);
    },
  );

  it('within the removal of an algorithm stops that, names the secret and keeps the rest', async () => {
    const first = await failing.create('A', 'v', internalProviderId);
    const second = await failing.create('B', 'w');
    failing.replace({ deleteSecret: () => Promise.reject(new PluginFailure('sealed')) });
    const refusal = {
      code: 8010,
      message: expect.stringMatching(`stays as it was.*${second.id}.*The algorithm still exists`),
    };
    await expect(failing.removeAlgorithm()).rejects.toMatchObject(refusal);
    expect(await failing.seen()).toMatchObject({ values: { A: 'v', B: 'w' }, deleting: [] });
    expect((await failing.list()).map(({ id }) => id)).toEqual([first.id, second.id]);
    failing.repair();
    await failing.removeAlgorithm();
    expect(vault.held.size).toBe(0);
  });
});

it('while it is under way, workers wait and the secret takes no update', async () => {
  const { id } = await failing.create('A', 'v');
  const { plugin } = failing;
  let during: WorkerView | undefined;
  failing.replace({
    deleteSecret: async (identifier, context) => {
      during = await failing.seen();
      return plugin.deleteSecret(identifier, context);
    },
  });
  const removal = failing.remove(id);
  // takes its turn after the removal
  const update = expect(failing.update(id, 'w')).rejects.toMatchObject({ code: 8008 });
  await Promise.all([removal, update]);
  expect(during).toMatchObject({ values: { A: 'v' }, deleting: ['A'] });
  expect(await failing.seen()).toMatchObject({ values: {}, deleting: [] });
});

it('where the vault no longer has it, succeeds', async () => {
  const { id } = await failing.create('A', 'v');
  vault.held.clear();
  await failing.remove(id);
  expect([await failing.list(), await failing.intents()]).toEqual([[], []]);
});

describe('a deletion that a crash left undecided', () => {
  /** The vault is not asked, and what follows the announcement is not committed. */
  const crash = async (id: string) => {
    let transactions = 0;
    const transaction: Transaction = (work) => {
      transactions += 1;
      return transactions === 1 ? store.deps.db.transaction(work) : Promise.reject(new Error('the process died'));
    };
    failing.replace({ deleteSecret: () => Promise.reject(new PluginFailure('ended')) });
    const deps = { ...store.deps, db: { ...store.deps.db, transaction } };
    await expect(removeSecret(deps, ada, failing.algorithm.id, id)).rejects.toThrow('the process died');
    failing.repair();
  };

  it.each(['the settler', 'another attempt'])('lets workers wait until %s carries it through', async (who) => {
    const { id } = await failing.create('A', 'v');
    await crash(id);
    expect(await failing.seen()).toMatchObject({ values: { A: 'v' }, deleting: ['A'] });
    await expect(failing.update(id, 'w')).rejects.toMatchObject({ code: 8008 });
    if (who === 'the settler') await failing.settle();
    else await failing.remove(id);
    expect(await failing.seen()).toMatchObject({ values: {}, deleting: [] });
    expect([await failing.list(), await failing.intents(), vault.held.size]).toEqual([[], [], 0]);
  });

  it('is carried through also where the vault refuses another attempt: the first may still land', async () => {
    const { id } = await failing.create('A', 'v');
    await crash(id);
    failing.replace({ deleteSecret: () => Promise.reject(new PluginFailure('sealed')) });
    await expect(failing.remove(id)).rejects.toMatchObject({ code: 8009 });
    expect([await failing.list(), (await failing.seen()).values]).toEqual([[], {}]);
    failing.repair();
    await failing.settle();
    expect([await failing.intents(), vault.held.size]).toEqual([[], 0]);
  });
});

it('the internal provider needs no intent: nothing is in doubt within one transaction', async () => {
  const { id } = await failing.create('A', 'v', internalProviderId);
  await failing.update(id, 'w');
  await failing.remove(id);
  await store.deps.ledger.flush();
  const events = await store.deps.db.prisma.auditEvent.findMany({
    where: { subjectId: id },
    orderBy: { sequence: 'asc' },
  });
  expect(events.map(({ action }) => action)).toEqual(['secret.create', 'secret.update', 'secret.delete']);
});
