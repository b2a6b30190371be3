import { PluginFailure } from '@secret-store/plugin-host';
import { internalProviderId } from '@secret-store/provider-internal';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type FailingVault, openFailingVault } from '../settling/testing/failing-vault.ts';
import { ada, type BackendFixture, openBackendFixture } from '../testing/backend-fixture.ts';
import { type HttpVault, startHttpVault } from '../testing/http-vault.ts';
import { removeSecrets } from './remove-secrets.ts';

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
});

const remove = (secretIds: string[], leave = false) =>
  removeSecrets(store.deps, ada, failing.algorithm.id, { secretIds, leave });
const deletedNames = async () => {
  await store.deps.ledger.flush();
  const events = await store.deps.db.prisma.auditEvent.findMany({
    where: { action: 'secret.delete', details: { path: ['algorithmId'], equals: failing.algorithm.id } },
  });
  return events.map(({ subjectName }) => subjectName).sort();
};

it('several secrets go at once with an event for each, and one that a vault refuses keeps none of the others', async () => {
  const own = await Promise.all(['OWN_1', 'OWN_2'].map((name) => failing.create(name, 'v', internalProviderId)));
  const kept = await failing.create('KEPT', 'v');
  const gone = await failing.create('GONE', 'v');
  const nowhere = '0192f0c1-0000-7000-8000-000000000042';
  failing.replace({
    deleteSecret: (id, context) =>
      id.getProviderKey() === `of-${kept.id}`
        ? Promise.reject(new PluginFailure('not-permitted'))
        : failing.plugin.deleteSecret(id, context),
  });
  const { number } = await failing.seen();
  const ids = [...own, kept, gone].map(({ id }) => id);
  const { results } = await remove([...ids, nowhere]);
  expect(results.map(({ reason }) => reason)).toEqual([
    ...[null, null, expect.stringContaining('stays as it was'), null],
    expect.stringContaining('no such secret'),
  ]);
  // one for what the store keeps itself; two for the vault: announced, and done
  expect(await failing.seen()).toMatchObject({ number: number + 3, values: { KEPT: 'v' } });
  expect(await deletedNames()).toEqual(['GONE', 'OWN_1', 'OWN_2']);
  const left = await remove([kept.id], true);
  expect(left.results).toEqual([{ secretId: kept.id, reason: null }]);
  expect(await failing.intents()).toMatchObject([{ state: 'left-behind', environmentVariable: 'KEPT' }]);
});

it('they are removed only by those who manage the algorithm', async () => {
  const { id } = await failing.create('A', 'v');
  const eve = { userId: 'eve-id', username: 'eve', role: 'user' } as const;
  const request = { secretIds: [id] };
  await expect(removeSecrets(store.deps, eve, failing.algorithm.id, request)).rejects.toMatchObject({ status: 403 });
  expect(await failing.list()).toHaveLength(1);
});
