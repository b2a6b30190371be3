import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFleet, type TestMember } from '../../resealing/testing/test-fleet.ts';
import { ada, admin, type BackendFixture, openBackendFixture } from '../../secrets/testing/backend-fixture.ts';
import { createPool } from './create-pool.ts';
import { listPools } from './list-pools.ts';
import { listWorkers, showWorker } from './list-workers.ts';
import { resealingProgress } from './resealing-progress.ts';
import { revokeWorker } from './revoke-worker.ts';

let store: BackendFixture;
let fleet: TestFleet;
let gpu: TestMember;

beforeAll(async () => {
  store = await openBackendFixture();
  fleet = await TestFleet.open(store);
  gpu = await fleet.addPool('gpu');
});
afterAll(() => store.close());

const idOf = ({ identity }: TestMember): string => identity.workerId;
const show = (member: TestMember) => showWorker(store.deps, admin, idOf(member));
const seen = (member: TestMember, before: string) =>
  store.deps.db.prisma.$executeRawUnsafe(
    `UPDATE worker SET "lastSeenAt" = now() - interval '${before}', version = '1.2.3', isolation = 'bubblewrap' WHERE id = '${idOf(member)}'`,
  );
const revocations = () => store.deps.db.prisma.auditEvent.count({ where: { action: 'worker.revoke' } });

describe('the list of workers', () => {
  it('has each one with name and pool from the signed log', async () => {
    expect(await listWorkers(store.deps, admin)).toMatchObject([
      { id: idOf(fleet.first), name: 'first', pool: 'default', state: 'offline', lastSeen: null, version: null },
      { id: idOf(gpu), name: 'first of gpu', pool: 'gpu', state: 'offline', isolation: null },
    ]);
  });

  it('says online of one that was seen within 15 seconds', async () => {
    await seen(gpu, '13 seconds');
    expect(await show(gpu)).toMatchObject({ state: 'online', version: '1.2.3', isolation: 'bubblewrap' });
    await seen(gpu, '16 seconds');
    expect(await show(gpu)).toMatchObject({ state: 'offline', lastSeen: expect.any(String) });
  });

  it('says who let a worker in', async () => {
    const worker = await fleet.join();
    expect(await show(worker)).toMatchObject({ letInBy: 'first' });
    expect(await show(fleet.first)).toMatchObject({ letInBy: null });
  });

  it('leaves out what only a row says: a worker that no log knows', async () => {
    const id = randomUUID();
    await store.asOwner(
      `INSERT INTO worker (id, "poolId", "keyId") VALUES ('${id}', '${store.deps.pools.firstPoolId}', 'key of a stranger')`,
    );
    expect((await listWorkers(store.deps, admin)).map((worker) => worker.id)).not.toContain(id);
    await expect(showWorker(store.deps, admin, id)).rejects.toMatchObject({ code: 6001, status: 404 });
    await expect(revokeWorker(store.deps, admin, id)).rejects.toMatchObject({ code: 6001, status: 404 });
    await store.asOwner(`DELETE FROM worker WHERE id = '${id}'`);
  });
});

describe('revoking a worker', () => {
  it('marks its row, once, and leaves the log to the members of its pool', async () => {
    const worker = await fleet.join();
    await seen(worker, '1 second');
    await revokeWorker(store.deps, admin, idOf(worker));
    const first = await show(worker);
    expect(first).toMatchObject({ state: 'revoked', isRevocationFinal: false });
    await store.deps.ledger.flush();
    const told = await revocations();
    await revokeWorker(store.deps, admin, idOf(worker));
    expect((await show(worker)).revoked).toBe(first.revoked);
    await store.deps.ledger.flush();
    expect(await revocations()).toBe(told);
    await fleet.revoke(worker);
    expect(await show(worker)).toMatchObject({ revoked: first.revoked, isRevocationFinal: true });
  });

  it('is not undone by who takes the mark out of the row', async () => {
    const worker = await fleet.join();
    await revokeWorker(store.deps, admin, idOf(worker));
    await store.asOwner(`UPDATE worker SET "revokedAt" = NULL WHERE id = '${idOf(worker)}'`);
    expect((await listWorkers(store.deps, admin)).find(({ id }) => id === idOf(worker))).toBeUndefined();
  });

  it('answers 6001 with 404 for an unknown one, and is for administrators alone', async () => {
    await expect(revokeWorker(store.deps, admin, randomUUID())).rejects.toMatchObject({ code: 6001, status: 404 });
    await expect(revokeWorker(store.deps, ada, idOf(gpu))).rejects.toMatchObject({ code: 2001 });
    expect(await show(gpu)).toMatchObject({ revoked: null });
  });
});

describe('pools', () => {
  it('have the key of their log, and count workers that were not revoked', async () => {
    const worker = await fleet.join();
    const before = await listPools(store.deps, admin);
    await revokeWorker(store.deps, admin, idOf(worker));
    const [first, second] = await listPools(store.deps, admin);
    const log = await store.deps.pools.firstLog();
    expect(first).toMatchObject({ name: 'default', keyId: log.currentKey?.keyId });
    expect(first?.workers).toBe((before[0]?.workers ?? 0) - 1);
    expect(second).toMatchObject({ name: 'gpu', workers: 1, algorithms: 0, keyId: expect.any(String) });
  });

  it('begin without a worker and without a key', async () => {
    const created = await createPool(store.deps, admin, { name: 'batch' });
    expect(created).toMatchObject({ name: 'batch', keyId: null, workers: 0, algorithms: 0 });
    expect(await listPools(store.deps, admin)).toContainEqual(created);
  });

  it.each(['default', 'gpu'])('cannot have the name %s twice: 6001 with 409', async (name) => {
    await expect(createPool(store.deps, admin, { name })).rejects.toMatchObject({
      ...{ code: 6001, status: 409, field: 'name' },
    });
  });

  it('get a name once, also where two ask at the same time', async () => {
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => createPool(store.deps, admin, { name: 'raced' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are made by administrators alone', async () => {
    await expect(createPool(store.deps, ada, { name: 'mine' })).rejects.toMatchObject({ code: 2001 });
  });
});

it('how far re-sealing is, nobody but administrators is told', async () => {
  expect(await resealingProgress(store.deps, admin)).toEqual({ pending: 0, total: 0 });
  await expect(resealingProgress(store.deps, ada)).rejects.toMatchObject({ code: 2001 });
});
