import type { Algorithm } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { PluginFailure } from '@secret-store/plugin-host';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createAlgorithm } from '../../algorithms/create-algorithm.ts';
import { expectRefusals } from '../../sets/testing/expect-refusals.ts';
import { ada, type BackendFixture, openBackendFixture } from '../testing/backend-fixture.ts';
import { type HttpVault, startHttpVault } from '../testing/http-vault.ts';
import { type FailingVault, openFailingVault } from './testing/failing-vault.ts';

let store: BackendFixture;
let vault: HttpVault;
let failing: FailingVault;
let elsewhere: Algorithm;
/** what the provider was asked for */
let calls: string[];

beforeAll(async () => {
  store = await openBackendFixture();
  vault = await startHttpVault();
  elsewhere = await createAlgorithm(store.deps, ada, { owner: 'ada', name: 'elsewhere' });
});
afterAll(async () => {
  await store.close();
  await vault.close();
});
beforeEach(async () => {
  vault.held.clear();
  failing = await openFailingVault(store, vault);
  calls = [];
  failing.replace(recorded(failing.plugin));
});

const recorded = ({ createSecret, updateSecret, deleteSecret }: AsyncSecretProvider): Partial<AsyncSecretProvider> => ({
  createSecret: (...call) => (calls.push('create'), createSecret(...call)),
  updateSecret: (...call) => (calls.push('update'), updateSecret(...call)),
  deleteSecret: (...call) => (calls.push('delete'), deleteSecret(...call)),
});

const intents = () => store.deps.db.prisma.writeIntent;
const keyOf = async (id: string) =>
  (await store.deps.db.prisma.secret.findUniqueOrThrow({ where: { id } })).providerKey;

/** A row such as a backend inserts. */
const plant = async (others: {
  kind: string;
  secretId: string;
  version?: number;
  providerKey?: string;
  algorithmId?: string;
}) => {
  const id = uuidv7();
  const { id: algorithmId } = failing.algorithm;
  const settleAfter = new Date();
  const usual = { algorithmId, providerId: failing.vaultId, environmentVariable: 'A', version: 1, settleAfter };
  await intents().create({ data: { id, ...usual, ...others } });
  return id;
};

it('an intent that somebody inserted asks no vault, and goes', async () => {
  const { id } = await failing.create('A', 'v');
  const providerKey = await keyOf(id);
  calls = [];
  const planted: string[] = [];
  for (const kind of ['create', 'update', 'delete']) {
    for (const secretId of [id, uuidv7()]) {
      for (const algorithmId of [failing.algorithm.id, elsewhere.id]) {
        planted.push(await plant({ kind, secretId, algorithmId, providerKey, version: 2 }));
      }
    }
  }
  await failing.settle();
  expect(calls).toEqual([]);
  expect(await intents().count({ where: { id: { in: planted } } })).toBe(0);
  expect(await failing.seen()).toMatchObject({ values: { A: 'v' }, versions: { A: 1 }, deleting: [] });
  for (const one of planted) await expectRefusals(store, 'intent', one, ['unknown']);
});

it('an intent of a write that is over asks no vault when it is put back', async () => {
  const earlier: object[] = [];
  const { plugin } = failing;
  failing.replace({
    createSecret: async (...call) => {
      earlier.push(...(await failing.intents()));
      return plugin.createSecret(...call);
    },
  });
  const { id } = await failing.create('A', 'v');
  failing.replace(recorded(plugin));
  await store.deps.db.pool.query(
    'INSERT INTO write_intent SELECT * FROM jsonb_populate_recordset(NULL::write_intent, $1)',
    [JSON.stringify(earlier)],
  );
  expect(await failing.intents()).toHaveLength(1);
  await failing.settle();
  expect([calls, await failing.intents(), await failing.list()]).toMatchObject([[], [], [{ id }]]);
});

it('an inserted intent of the highest version there is leaves updates as they are', async () => {
  const { id } = await failing.create('A', 'v');
  const planted = await plant({ kind: 'update', secretId: id, version: 2_147_483_647 });
  await failing.update(id, 'second');
  await failing.settle();
  await failing.update(id, 'third');
  expect(await failing.seen()).toMatchObject({ values: { A: 'third' }, versions: { A: 3 } });
  expect(await failing.intents()).toEqual([]);
  await expectRefusals(store, 'intent', planted, ['unknown']);
});

it('an intent of ours that somebody changed asks no vault, and waits until it is what it was', async () => {
  const victim = await failing.create('VICTIM', 'kept');
  const { plugin } = failing;
  failing.replace({
    ...recorded(plugin),
    createSecret: async (...call) => {
      await plugin.createSecret(...call);
      throw new PluginFailure('ended');
    },
    deleteSecret: () => Promise.reject(new PluginFailure('unreachable')),
  });
  await expect(failing.create('A', 'v')).rejects.toMatchObject({ code: 8009 });
  failing.replace(recorded(plugin));
  calls = [];
  const [intent] = await failing.intents();
  const where = { id: intent?.id ?? '' };
  await intents().update({ where, data: { providerKey: await keyOf(victim.id) } });
  await failing.settle();
  expect([calls, vault.held.size]).toEqual([[], 2]);
  expect(await failing.intents()).toMatchObject([{ attempts: (intent?.attempts ?? 0) + 1 }]);
  await expectRefusals(store, 'intent', where.id, ['changed']);
  await intents().update({ where, data: { providerKey: intent?.providerKey ?? null } });
  await failing.settle();
  expect([calls, (await failing.seen()).values]).toEqual([['delete'], { VICTIM: 'kept' }]);
});

it('an intent of ours that somebody took away does not hinder the secret', async () => {
  const { id } = await failing.create('A', 'v');
  failing.replace({ updateSecret: () => Promise.reject(new PluginFailure('timed-out')) });
  await expect(failing.update(id, 'lost')).rejects.toMatchObject({ code: 8009 });
  await intents().deleteMany({ where: { secretId: id } });
  failing.repair();
  await failing.update(id, 'w');
  await failing.remove(id);
  expect([await failing.list(), vault.held.size]).toEqual([[], 0]);
});
