import type { Algorithm, WorkerAlgorithmsRequest } from '@secret-store/api';
import { verifySet, setHash } from '@secret-store/sealing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSecret } from '../../secrets/create-secret.ts';
import { admin } from '../../secrets/testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../../secrets/testing/open-store-with-vault.ts';
import { secretRequest } from '../../secrets/testing/secret-request.ts';
import { updateSecret } from '../../secrets/update-secret.ts';
import { listAlgorithms } from './list-algorithms.ts';

let opened: StoreWithVault;
let one: Algorithm;
let two: Algorithm;
let secretId: string;

beforeAll(async () => {
  opened = await openStoreWithVault();
  one = await opened.addAlgorithm(admin);
  two = await opened.addAlgorithm(admin);
  const { deps } = opened.store;
  ({ id: secretId } = await createSecret(deps, admin, one.id, secretRequest(one.id, 'A', 'a value', {})));
  await createSecret(deps, admin, two.id, secretRequest(two.id, 'B', 'a value', {}));
});
afterAll(() => opened.close());

const list = (request: WorkerAlgorithmsRequest, poolId = opened.store.deps.pools.firstPoolId) =>
  listAlgorithms(opened.store.deps, { poolId }, request);
const newestSet = async () => {
  const row = await opened.store.deps.db.prisma.signedSet.findFirstOrThrow({ where: { algorithmId: one.id } });
  return { body: verifySet(row.envelope, opened.store.deps.keys.verificationKey), hash: setHash(row.envelope) };
};

it('lists the algorithms of the pool with their newest sets, and those of the ids that are asked for', async () => {
  const { results, marker } = await list({ marker: null });
  expect(results.map(({ algorithmId }) => algorithmId)).toEqual([one.id, two.id].toSorted());
  expect(marker).toBeNull();
  const { owner, name } = one;
  const { results: asked } = await list({ ids: [one.id, opened.vaultId] });
  expect(asked).toEqual([{ algorithmId: one.id, owner, name, number: 2, hash: (await newestSet()).hash }]);
  expect((await list({ marker: one.id })).results.map(({ algorithmId }) => algorithmId)).not.toContain(one.id);
});

it('lists nothing to a worker of another pool', async () => {
  expect((await list({ marker: null }, opened.vaultId)).results).toEqual([]);
  expect((await list({ ids: [one.id] }, opened.vaultId)).results).toEqual([]);
});

it('a secret’s limit for outages is signed with its entry, and a change of it is a set, and no version', async () => {
  const { deps } = opened.store;
  const names = { short_name: 'A', description: '' };
  expect((await newestSet()).body.secrets[0]).not.toHaveProperty('staleSeconds');
  const update = (stale_seconds?: number | null) =>
    updateSecret(deps, admin, one.id, secretId, { ...names, ...(stale_seconds !== undefined && { stale_seconds }) });
  expect(await update(0)).toMatchObject({ stale_seconds: 0 });
  expect((await newestSet()).body).toMatchObject({ number: 3, secrets: [{ staleSeconds: 0, version: 1, since: 3 }] });
  expect(await update()).toMatchObject({ stale_seconds: 0 });
  expect((await newestSet()).body.number).toBe(3);
  const valued = await updateSecret(deps, admin, one.id, secretId, { ...names, secret_value: 'x', stale_seconds: 60 });
  expect(valued).toMatchObject({ stale_seconds: 60 });
  expect((await newestSet()).body).toMatchObject({ number: 4, secrets: [{ staleSeconds: 60, version: 2 }] });
  expect(await update(null)).toMatchObject({ stale_seconds: null });
  expect((await newestSet()).body.secrets[0]).not.toHaveProperty('staleSeconds');
});
