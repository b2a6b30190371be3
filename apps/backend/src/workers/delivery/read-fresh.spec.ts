import type { Algorithm } from '@secret-store/api';
import { sealedRecordHash, sealedRecordSchema, setHash, verifySet } from '@secret-store/sealing';
import { internalProviderId } from '@secret-store/provider-internal';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { removeAlgorithm } from '../../algorithms/remove-algorithm.ts';
import type { Dependencies } from '../../dependencies.ts';
import { createSecret } from '../../secrets/create-secret.ts';
import { admin } from '../../secrets/testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../../secrets/testing/open-store-with-vault.ts';
import { secretRequest } from '../../secrets/testing/secret-request.ts';
import { openTestDependencies } from '../../secrets/testing/test-dependencies.ts';
import { updateSecret } from '../../secrets/update-secret.ts';
import { readFresh } from './read-fresh.ts';

let opened: StoreWithVault;
/** two backends on one database */
let deps: Dependencies;
let second: Dependencies;
let algorithm: Algorithm;
let ids: readonly string[];

beforeAll(async () => {
  opened = await openStoreWithVault();
  ({ deps } = opened.store);
  second = await openTestDependencies({ ...opened.store, log: () => undefined });
});
afterAll(async () => {
  await second.db.close();
  await opened.close();
});
beforeEach(async () => {
  algorithm = await opened.addAlgorithm(admin);
  const create = async (variable: string) =>
    (
      await createSecret(
        deps,
        admin,
        algorithm.id,
        secretRequest(algorithm.id, variable, 'a value', {
          provider_id: internalProviderId,
        }),
      )
    ).id;
  ids = [await create('ONE'), await create('OTHER')];
});

const update = () =>
  updateSecret(deps, admin, algorithm.id, ids[0] ?? '', { short_name: 'x', description: '', secret_value: 'another' });

it('has the newest set and the value that came with it, and no other value', async () => {
  await update();
  for (const backend of [deps, second]) {
    const fresh = await readFresh(backend, algorithm.id);
    const set = verifySet(fresh?.content.set, deps.keys.verificationKey);
    const entry = set.secrets.find(({ secretId }) => secretId === ids[0]);
    expect(set.number).toBe(4);
    expect(fresh).toMatchObject({ poolIds: [deps.pools.firstPoolId], hash: setHash(fresh?.content.set) });
    expect(Object.keys(fresh?.content.sealedValues ?? {})).toEqual([ids[0]]);
    const record = sealedRecordSchema.parse(fresh?.content.sealedValues[ids[0] ?? '']);
    expect(sealedRecordHash(record)).toBe(entry?.sealedHash);
  }
});

it('is null for an algorithm that is gone', async () => {
  await removeAlgorithm(deps, admin, algorithm.id);
  expect(await readFresh(second, algorithm.id)).toBeNull();
});

it('is refused where the row of the algorithm was changed outside the store, as by one who gives it another pool', async () => {
  await deps.db.pool.query(`UPDATE algorithm SET "otherPools" = '["${crypto.randomUUID()}"]' WHERE id = $1`, [
    algorithm.id,
  ]);
  await expect(readFresh(deps, algorithm.id)).rejects.toThrow();
});

it('knows all that was committed before it: a worker that another backend revoked gets nothing more', async () => {
  await update();
  const { changes } = second.ledger.memory;
  await readFresh(second, algorithm.id);
  expect(second.ledger.memory.changes).toBeGreaterThan(changes);
});
