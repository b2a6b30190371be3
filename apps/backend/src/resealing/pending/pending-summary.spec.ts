import type { Algorithm } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSecret } from '../../secrets/create-secret.ts';
import { admin } from '../../secrets/testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../../secrets/testing/open-store-with-vault.ts';
import { secretRequest } from '../../secrets/testing/secret-request.ts';
import { giveResealed } from '../give-resealed.ts';
import { beginResealing, openableByPool, type ResealWork, takeReseal } from '../take-reseal.ts';
import { sealAgain } from '../testing/seal-again.ts';
import { TestFleet, type TestMember } from '../testing/test-fleet.ts';
import { livingKeyIds, pendingSummary } from './pending-summary.ts';

let opened: StoreWithVault;
let fleet: TestFleet;
let algorithm: Algorithm;
let work: ResealWork;

beforeEach(async () => {
  opened = await openStoreWithVault();
  fleet = await TestFleet.open(opened.store);
  algorithm = await opened.addAlgorithm(admin);
  work = beginResealing(opened.store.deps);
});
afterEach(() => opened.close());

const create = (variable: string) =>
  createSecret(
    opened.store.deps,
    admin,
    algorithm.id,
    secretRequest(algorithm.id, variable, 'value', { provider_id: internalProviderId }),
  );
const summary = async () => {
  const { deps } = opened.store;
  const scope = await openableByPool(deps, deps.pools.firstPoolId);
  return pendingSummary(deps, work.leases, scope, await livingKeyIds(deps));
};
const take = async ({ identity }: TestMember) =>
  (await takeReseal(opened.store.deps, work, identity, { held: {} })).tasks;
const nameOf = (variable: string) => `${algorithm.owner}/${algorithm.name} ${variable} version 1`;

it('names what is sealed only to keys that no worker has any more, which nobody is given', async () => {
  const late = await fleet.join();
  await create('OLD');
  await fleet.rotate();
  await create('NEW');
  await fleet.rotate();
  // both have both keys: the one that is left seals all
  await fleet.revoke(late);
  expect(await summary()).toEqual({ pending: 2, lost: 0, left: 0, named: [] });
  const alone = await fleet.loseAll();
  await create('LATE');
  await fleet.rotate(alone);
  expect(await summary()).toEqual({ pending: 1, lost: 2, left: 0, named: [nameOf('OLD'), nameOf('NEW')] });
  const tasks = await take(alone);
  const records = await Promise.all(tasks.map((task) => sealAgain(opened.store.deps, alone, task)));
  expect(await giveResealed(opened.store.deps, work, alone.identity, { records, left: [] })).toMatchObject({ done: 1 });
  expect(await summary()).toMatchObject({ pending: 0, lost: 2 });
});

it('waits for nothing that a worker had and left, until the next key', async () => {
  await create('GOOD');
  const damaged = await create('DAMAGED');
  const { deps } = opened.store;
  await deps.db.prisma
    .$executeRaw`UPDATE internal_sealed_value SET record = jsonb_set(record, '{iv}', '"AAAAAAAAAAAAAAAA"')
    WHERE "providerKey" = ${damaged.id}`;
  await fleet.rotate();
  expect(await summary()).toMatchObject({ pending: 2, left: 0 });
  const [good] = await take(fleet.first);
  if (good === undefined) throw new Error('one record is genuine');
  expect(await summary()).toMatchObject({ pending: 2, left: 0 });
  // of the other the set says that it is another one: nobody is given it
  await giveResealed(deps, work, fleet.first.identity, { records: [], left: [good.place] });
  const { named, ...counts } = await summary();
  expect(counts).toEqual({ pending: 0, lost: 0, left: 2 });
  expect(named.toSorted()).toEqual([nameOf('DAMAGED'), nameOf('GOOD')]);
  await fleet.rotate();
  expect(await summary()).toMatchObject({ pending: 2, left: 0 });
});
