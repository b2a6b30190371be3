import { randomUUID } from 'node:crypto';
import type { Algorithm } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { verifySet } from '@secret-store/sealing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestFleet, type TestMember } from '../resealing/testing/test-fleet.ts';
import { createSecret } from '../secrets/create-secret.ts';
import { ada, admin, type BackendFixture, openBackendFixture } from '../secrets/testing/backend-fixture.ts';
import { secretRequest } from '../secrets/testing/secret-request.ts';
import { createPool } from '../workers/admin/create-pool.ts';
import { deliver } from '../workers/delivery/deliver.ts';
import { algorithmPools } from './algorithm-pools.ts';
import { changeAlgorithmPools } from './change-algorithm-pools.ts';
import { createAlgorithm } from './create-algorithm.ts';

let store: BackendFixture;
let fleet: TestFleet;
let gpu: TestMember;
let algorithm: Algorithm;
let count = 0;

beforeAll(async () => {
  store = await openBackendFixture();
  fleet = await TestFleet.open(store);
  gpu = await fleet.addPool('gpu');
});
afterAll(() => store.close());

beforeEach(async () => {
  count += 1;
  algorithm = await createAlgorithm(store.deps, ada, { owner: 'ada', name: `model-${count}` });
  const request = secretRequest(algorithm.id, 'A_SECRET', 'a value', { provider_id: internalProviderId });
  await createSecret(store.deps, ada, algorithm.id, request);
});

const choose = (pools: string[], actor = admin) => changeAlgorithmPools(store.deps, actor, algorithm.id, { pools });
const poolIdOf = ({ identity }: TestMember): string => identity.poolId;
const deliverTo = (member: TestMember) =>
  deliver(store.deps, member.identity, { owner: algorithm.owner, name: algorithm.name });
const newestSet = async () => {
  const rows = await store.deps.db.prisma.signedSet.findMany({ where: { algorithmId: algorithm.id } });
  expect(rows).toHaveLength(1);
  return verifySet(rows[0]?.envelope, store.deps.keys.verificationKey);
};
const row = () => store.deps.ledger.read('algorithm', algorithm.id);

describe('choosing the pools of an algorithm', () => {
  it('signs them into the next set, with the same secrets, and tells how many values are not sealed to them yet', async () => {
    const before = await newestSet();
    expect(await algorithmPools(store.deps, admin, algorithm.id)).toEqual({ pools: ['default'], pending: 0 });
    expect(await choose(['gpu', 'default'])).toEqual({ pools: ['default', 'gpu'], pending: 1 });
    const after = await newestSet();
    expect(after).toMatchObject({ number: before.number + 1, pools: [poolIdOf(fleet.first), poolIdOf(gpu)] });
    expect(after.secrets).toEqual(before.secrets);
  });

  it('delivers to workers of each of them, and refuses those of a pool that was taken away with 2001', async () => {
    await expect(deliverTo(gpu)).rejects.toMatchObject({ code: 2001, status: 403 });
    await choose(['default', 'gpu']);
    await expect(deliverTo(gpu)).resolves.toHaveProperty('set');
    await expect(deliverTo(fleet.first)).resolves.toHaveProperty('set');
    await choose(['gpu']);
    await expect(deliverTo(gpu)).resolves.toHaveProperty('set');
    await expect(deliverTo(fleet.first)).rejects.toMatchObject({ code: 2001 });
    expect(await row()).toMatchObject({ poolId: poolIdOf(gpu), otherPools: null });
  });

  it('changes nothing where the same ones are chosen, in whatever order', async () => {
    await choose(['default', 'gpu']);
    const before = await newestSet();
    await choose(['gpu', 'default']);
    expect(await newestSet()).toEqual(before);
  });

  it.each([
    { pools: ['default', 'no-such-pool'], field: 'pools.1', says: 'no pool no-such-pool' },
    { pools: ['default', 'default'], field: 'pools.1', says: 'named twice' },
  ])('refuses $pools with 6001', async ({ pools, field, says }) => {
    await expect(choose(pools)).rejects.toMatchObject({
      ...{ code: 6001, status: 400, field },
      message: expect.stringContaining(says),
    });
  });

  it('refuses a pool without a worker with 409, and says how to invite one', async () => {
    const name = `empty-${count}`;
    await createPool(store.deps, admin, { name });
    await expect(choose(['default', name])).rejects.toMatchObject({
      ...{ code: 6001, status: 409, field: 'pools' },
      message: expect.stringContaining(`tools/secret-store invite --pool ${name}`),
    });
    expect((await newestSet()).pools).toEqual([poolIdOf(fleet.first)]);
  });

  it('refuses a pool that no worker of the first one has taken in: nothing is sealed to its key', async () => {
    await fleet.addPool('stranger', { admitted: false });
    await expect(choose(['default', 'stranger'])).rejects.toMatchObject({ status: 409 });
  });

  it('is for administrators alone, and tells others nothing', async () => {
    await expect(choose(['default'], ada)).rejects.toMatchObject({ code: 2001 });
    await expect(algorithmPools(store.deps, ada, algorithm.id)).rejects.toMatchObject({ code: 2001 });
  });

  it('answers 1000 for an algorithm that is not there', async () => {
    const nowhere = randomUUID();
    const request = { pools: ['default', 'no-such-pool'] };
    await expect(changeAlgorithmPools(store.deps, admin, nowhere, request)).rejects.toMatchObject({ code: 1000 });
  });

  it('is told in the audit, with the ids of what came and went', async () => {
    await choose(['gpu']);
    await store.deps.ledger.flush();
    const event = await store.deps.db.prisma.auditEvent.findFirstOrThrow({
      where: { action: 'algorithm.change-pools', subjectId: algorithm.id },
    });
    expect(event).toMatchObject({
      actorName: 'admin',
      details: { pools: ['gpu'], added: [poolIdOf(gpu)], removed: [poolIdOf(fleet.first)] },
    });
  });
});

describe('a database writer who adds a pool to the row of an algorithm', () => {
  const add = () =>
    store.asOwner(`UPDATE algorithm SET "otherPools" = '["${poolIdOf(gpu)}"]' WHERE id = '${algorithm.id}'`);

  it('gives its workers nothing', async () => {
    await add();
    await expect(deliverTo(gpu)).rejects.toMatchObject({ name: 'RowRefused' });
  });

  it('gets no set signed with it', async () => {
    await add();
    const request = secretRequest(algorithm.id, 'ANOTHER', 'a value', { provider_id: internalProviderId });
    await expect(createSecret(store.deps, ada, algorithm.id, request)).rejects.toMatchObject({ name: 'RowRefused' });
    await expect(choose(['gpu'])).rejects.toMatchObject({ name: 'RowRefused' });
    expect((await newestSet()).pools).toEqual([poolIdOf(fleet.first)]);
  });
});
