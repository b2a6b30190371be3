import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestFleet } from '../../resealing/testing/test-fleet.ts';
import { openBackendFixture, type BackendFixture } from '../../secrets/testing/backend-fixture.ts';

let store: BackendFixture;

beforeAll(async () => {
  store = await openBackendFixture();
});
afterAll(() => store.close());

it('what one change adds is chained, also the founding and several entries at once', async () => {
  const { db, ledger } = store.deps;
  const fleet = await TestFleet.open(store);
  await fleet.addPool('several');
  await fleet.revoke(await fleet.join());
  await ledger.flush();
  expect(await db.prisma.auditPending.count()).toBe(0);
  const actions = (await db.prisma.auditEvent.findMany({ orderBy: { sequence: 'asc' } })).map(({ action }) => action);
  expect(actions.slice(actions.indexOf('worker.introduce'))).toEqual([
    ...['worker.introduce', 'pool.found', 'pool.found', 'worker.join', 'pool.change-key', 'pool.admit'],
    ...['worker.invite', 'worker.join', 'worker.record-revocation'],
  ]);
});
