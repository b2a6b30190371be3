import type { Algorithm } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeAlgorithmPools } from '../../algorithms/change-algorithm-pools.ts';
import { removeAlgorithm } from '../../algorithms/remove-algorithm.ts';
import { TestFleet, type TestMember } from '../../resealing/testing/test-fleet.ts';
import { createSecret } from '../../secrets/create-secret.ts';
import { admin } from '../../secrets/testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../../secrets/testing/open-store-with-vault.ts';
import { secretRequest } from '../../secrets/testing/secret-request.ts';
import { updateSecret } from '../../secrets/update-secret.ts';
import { whatWorkerCouldOpen } from './exposed-secrets.ts';
import { revokeWorker } from './revoke-worker.ts';

let opened: StoreWithVault;
let fleet: TestFleet;
let gpu: TestMember;
let worker: TestMember;
let algorithm: Algorithm;

beforeAll(async () => {
  opened = await openStoreWithVault();
  fleet = await TestFleet.open(opened.store);
  gpu = await fleet.addPool('gpu');
});
afterAll(() => opened.close());

beforeEach(async () => {
  algorithm = await opened.addAlgorithm(admin);
  worker = await fleet.join();
  return () => removeAlgorithm(opened.store.deps, admin, algorithm.id);
});

const create = (variable: string, provider_id = internalProviderId) =>
  createSecret(
    opened.store.deps,
    admin,
    algorithm.id,
    secretRequest(algorithm.id, variable, 'a value', { provider_id }),
  );
const change = (id: string) =>
  updateSecret(opened.store.deps, admin, algorithm.id, id, {
    ...{ short_name: `x ${id}`, description: '', secret_value: 'newer' },
  });
const move = (pools: string[]) => changeAlgorithmPools(opened.store.deps, admin, algorithm.id, { pools });
const revokeInStore = () => revokeWorker(opened.store.deps, admin, worker.identity.workerId);
/** Until the pool has the next key. */
const revoke = async () => {
  await revokeInStore();
  await fleet.revoke(worker);
  await fleet.rotate();
};

/** Ids begin with their millisecond: what comes next has a later one. */
const nextMoment = async (): Promise<void> => {
  for (const now = Date.now(); Date.now() <= now + 1;) await new Promise(setImmediate);
};

const exposed = (of = worker, query = {}) => whatWorkerCouldOpen(opened.store.deps, admin, of.identity.workerId, query);
const variables = async (of = worker) => (await exposed(of)).results.map((secret) => secret.environmentVariable);

it('lists what was written before the worker was revoked, and nothing that came later', async () => {
  const { id } = await create('BEFORE');
  await nextMoment();
  await revoke();
  await nextMoment();
  await create('LATER');
  const { results, ...counts } = await exposed();
  expect(counts).toEqual({ marker: null, total: 1, changed: 0, providers: [] });
  expect(results).toEqual([
    {
      ...{ secretId: id, algorithmId: algorithm.id, owner: algorithm.owner, name: algorithm.name },
      ...{ environmentVariable: 'BEFORE', version: 1, providerId: internalProviderId, isReference: false },
    },
  ]);
});

it('lists what was written after the revocation and before the next key, which the worker knows', async () => {
  await revokeInStore();
  await nextMoment();
  await create('WHILE_NO_MEMBER_IS_ONLINE');
  // one that was made before the pool's log had the end is for the worker too
  await fleet.rotate();
  await nextMoment();
  await create('BEFORE_THE_LOG');
  await fleet.revoke(worker);
  await nextMoment();
  await create('BEFORE_THE_KEY');
  await fleet.rotate();
  await nextMoment();
  await create('LATER');
  expect(await variables()).toEqual(['BEFORE_THE_KEY', 'BEFORE_THE_LOG', 'WHILE_NO_MEMBER_IS_ONLINE']);
});

it('a secret leaves the list with its next value, and not with another name', async () => {
  const { id } = await create('FIRST');
  await create('SECOND');
  await revoke();
  await nextMoment();
  await updateSecret(opened.store.deps, admin, algorithm.id, id, { short_name: 'another name', description: '' });
  expect(await variables()).toEqual(['FIRST', 'SECOND']);
  await change(id);
  expect(await variables()).toEqual(['SECOND']);
  expect(await exposed()).toMatchObject({ total: 2, changed: 1 });
});

it('has secrets of vaults too, and the vaults whose credential the worker knows', async () => {
  await create('IN_VAULT', opened.vaultId);
  await revoke();
  expect(await variables()).toEqual(['IN_VAULT']);
  expect((await exposed()).providers).toMatchObject([{ id: opened.vaultId }]);
});

it('an algorithm that was moved away stays in the list of who could open it before', async () => {
  await create('MOVED');
  await nextMoment();
  await move(['gpu']);
  await nextMoment();
  await create('NEVER_HERE');
  expect(await variables()).toEqual(['MOVED']);
  await revoke();
  expect(await variables()).toEqual(['MOVED']);
  expect(await variables(gpu)).toEqual(['MOVED', 'NEVER_HERE']);
});

it('an algorithm that came to the pool after the revocation is not in the list', async () => {
  await move(['gpu']);
  await nextMoment();
  await create('ELSEWHERE');
  await nextMoment();
  await revoke();
  await nextMoment();
  await move(['gpu', 'default']);
  expect(await variables()).toEqual([]);
});

it('comes in pages', async () => {
  for (const variable of ['A', 'B', 'C']) await create(variable);
  await revoke();
  const first = await exposed(worker, { limit: '2' });
  expect(first.results.map(({ environmentVariable }) => environmentVariable)).toEqual(['A', 'B']);
  const second = await exposed(worker, { limit: '2', marker: first.marker ?? '' });
  expect(second.results.map(({ environmentVariable }) => environmentVariable)).toEqual(['C']);
  expect(second).toMatchObject({ marker: null, total: 3, changed: 0 });
});

it('a database writer who dates a value later does not take it off the list', async () => {
  const { id } = await create('HIDDEN');
  await nextMoment();
  await revoke();
  await opened.store.asOwner(
    `UPDATE secret_version SET "createdAt" = now() + interval '1 day' WHERE "secretId" = '${id}'`,
  );
  expect(await variables()).toEqual(['HIDDEN']);
});

describe('the owner of the database, who can remove its triggers', () => {
  beforeEach(async () => {
    await opened.store.asOwner('ALTER TABLE audit_event DISABLE TRIGGER USER');
    return () => opened.store.asOwner('ALTER TABLE audit_event ENABLE TRIGGER USER');
  });

  it('takes nothing off the list by another date of the next key, or another revocation', async () => {
    await create('HIDDEN');
    await nextMoment();
    await revoke();
    expect(await variables()).toEqual(['HIDDEN']);
    const edit = (what: string, action: string) =>
      opened.store.asOwner(
        `UPDATE audit_event SET ${what} WHERE sequence = (
        SELECT max(sequence) FROM audit_event WHERE action = '${action}'
      )`,
      );
    await edit(`at = at - interval '1 day'`, 'pool.change-key');
    await expect(exposed()).rejects.toThrow('auditEvent');
    await edit(`at = at + interval '1 day'`, 'pool.change-key');
    expect(await variables()).toEqual(['HIDDEN']);
    await edit(`address = '192.0.2.1'`, 'worker.record-revocation');
    await expect(exposed()).rejects.toThrow('auditEvent');
    await edit('address = NULL', 'worker.record-revocation');
  });

  it('takes nothing off the list by another date of a move', async () => {
    await create('MOVED');
    await nextMoment();
    await move(['gpu']);
    expect(await variables()).toEqual(['MOVED']);
    const edit = (by: string) =>
      opened.store.asOwner(
        `UPDATE audit_event SET at = at ${by} interval '1 day' WHERE action = 'algorithm.change-pools' AND "subjectId" = '${algorithm.id}'`,
      );
    await edit('-');
    await expect(exposed()).rejects.toThrow('auditEvent');
    await edit('+');
    expect(await variables()).toEqual(['MOVED']);
  });
});
