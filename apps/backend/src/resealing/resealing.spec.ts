import { type Algorithm, type ResealOutcome, resealBatchMaximum, type ResealTask } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dependencies } from '../dependencies.ts';
import { createSecret } from '../secrets/create-secret.ts';
import { removeSecret } from '../secrets/removing/remove-secret.ts';
import { admin } from '../secrets/testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../secrets/testing/open-store-with-vault.ts';
import { readAsWorker } from '../secrets/testing/read-as-worker.ts';
import { secretRequest } from '../secrets/testing/secret-request.ts';
import { openTestDependencies } from '../secrets/testing/test-dependencies.ts';
import { updateSecret } from '../secrets/update-secret.ts';
import { countPending } from './pending/count-pending.ts';
import { giveResealed } from './give-resealed.ts';
import { beginResealing, type ResealWork, takeReseal } from './take-reseal.ts';
import { sealAgain, type Twist } from './testing/seal-again.ts';
import { TestFleet, type TestMember } from './testing/test-fleet.ts';

let opened: StoreWithVault;
let fleet: TestFleet;
let first: Dependencies;
/** another backend on the same database */
let second: Dependencies;
let algorithm: Algorithm;
let works: ReadonlyMap<Dependencies, ResealWork>;

beforeEach(async () => {
  opened = await openStoreWithVault();
  first = opened.store.deps;
  second = await openTestDependencies({ ...opened.store, log: () => undefined });
  works = new Map([first, second].map((deps) => [deps, beginResealing(deps)]));
  fleet = await TestFleet.open(opened.store);
  algorithm = await opened.addAlgorithm(admin);
});
afterEach(async () => {
  await second.db.close();
  await opened.close();
});

const workOf = (deps: Dependencies): ResealWork => works.get(deps) ?? beginResealing(deps);
const pending = () => countPending(first, { everything: true });

const create = (variable: string, about = algorithm) =>
  createSecret(
    first,
    admin,
    about.id,
    secretRequest(about.id, variable, `${variable} value`, { provider_id: internalProviderId }),
  );
const update = (secretId: string, secret_value: string) =>
  updateSecret(first, admin, algorithm.id, secretId, { short_name: `${secretId} name`, description: '', secret_value });
const read = ({ openingKeys }: TestMember) => readAsWorker(opened.store, algorithm, undefined, openingKeys.slice(-1));

const take = async (member: TestMember, deps = first) =>
  (await takeReseal(deps, workOf(deps), member.identity, { held: {} })).tasks;
const give = async (member: TestMember, tasks: readonly ResealTask[], deps = first, twist: Twist = {}) => {
  const records = await Promise.all(tasks.map((task) => sealAgain(deps, member, task, twist)));
  return giveResealed(deps, workOf(deps), member.identity, { records, left: [] });
};
/** The other backend knows what the first has committed, as it does within a second. */
const secondHears = async () => {
  await first.ledger.flush();
  await second.ledger.chain.read();
};
/** As a worker that goes on until nothing is left. */
const resealAll = async (member: TestMember, deps = first): Promise<number> => {
  let total = 0;
  for (let tasks = await take(member, deps); tasks.length > 0; tasks = await take(member, deps))
    total += (await give(member, tasks, deps)).done;
  return total;
};
const reasons = ({ skipped }: ResealOutcome) => skipped.map(({ reason }) => reason);

it('after a rotation members seal every value to the new key; versions and values stay', async () => {
  const member = await fleet.join();
  const secret = await create('FIRST');
  await create('SECOND');
  await update(secret.id, 'newer');
  const before = await read(fleet.first);
  await fleet.rotate();
  expect(await pending()).toBe(3);
  await expect(read(member)).rejects.toMatchObject({ code: 'NO_KEY' });

  expect(await resealAll(member)).toBe(3);
  expect(await pending()).toBe(0);
  expect(await read(fleet.first)).toEqual({ ...before, number: before.number + 1 });
  await first.ledger.flush();
  const [event] = await first.db.prisma.auditEvent.findMany({ where: { action: 'secret.reseal' } });
  expect(event).toMatchObject({
    actorType: 'worker',
    actorId: member.identity.workerId,
    subjectId: algorithm.id,
    details: { records: 3, set: before.number + 1 },
  });
});

it('nothing is left to take when everything is sealed to the current keys', async () => {
  await create('FIRST');
  expect(await take(fleet.first)).toEqual([]);
});

it('two members on two backends seal everything once', async () => {
  const member = await fleet.join();
  const others = [algorithm, await opened.addAlgorithm(admin), await opened.addAlgorithm(admin)];
  for (const about of others) for (let number = 0; number < 20; number += 1) await create(`V_${number}`, about);
  await fleet.rotate();
  await secondHears();
  const done = await Promise.all([
    resealAll(fleet.first, first),
    resealAll(member, second),
    resealAll(fleet.first, second),
    resealAll(member, first),
  ]);
  expect(done.reduce((sum, one) => sum + one, 0)).toBe(60);
  expect(await pending()).toBe(0);
  for (const about of others)
    expect(Object.keys((await readAsWorker(opened.store, about, undefined, member.openingKeys)).values)).toHaveLength(
      20,
    );
});

it('a batch is not larger than the limit, and what one member has is not given to another', async () => {
  const member = await fleet.join();
  for (let number = 0; number < resealBatchMaximum + 10; number += 1) await create(`V_${number}`);
  await fleet.rotate();
  const [one, other] = [await take(fleet.first), await take(member)];
  expect([one.length, other.length]).toEqual([resealBatchMaximum, 10]);
  expect(await take(member)).toEqual([]);
});

describe('nothing is lost when', () => {
  let tasks: readonly ResealTask[];
  let secretId: string;

  beforeEach(async () => {
    ({ id: secretId } = await create('FIRST'));
    await create('SECOND');
    await fleet.rotate();
    await secondHears();
    tasks = await take(fleet.first);
  });

  it('a worker ends after it took records: another gets them after the lease, and from another backend at once', async () => {
    let now = 0;
    const member = await fleet.join();
    const work = beginResealing(first, () => now);
    await secondHears();
    const takeThen = async () => (await takeReseal(first, work, member.identity, { held: {} })).tasks.length;
    expect(await takeThen()).toBe(2);
    expect(await takeThen()).toBe(0);
    now = 30_001;
    expect(await takeThen()).toBe(2);
    expect(await resealAll(member, second)).toBe(2);
  });

  it('a backend ends after the commit and before the answer: the same records change nothing', async () => {
    expect(await give(fleet.first, tasks)).toMatchObject({ done: 2 });
    const { number } = await read(fleet.first);
    expect(reasons(await give(fleet.first, tasks, second))).toEqual(['replaced', 'replaced']);
    expect((await read(fleet.first)).number).toBe(number);
  });

  it('a user updates a value meanwhile: the new value stays', async () => {
    await update(secretId, 'newer');
    const outcome = await give(fleet.first, tasks);
    expect(outcome).toMatchObject({ done: 2, skipped: [] });
    expect((await read(fleet.first)).values).toEqual({ FIRST: 'newer', SECOND: 'SECOND value' });
    expect(await pending()).toBe(0);
  });

  it('a user deletes a secret meanwhile: it stays deleted', async () => {
    await removeSecret(first, admin, algorithm.id, secretId);
    expect(reasons(await give(fleet.first, tasks))).toEqual(['gone']);
    expect((await read(fleet.first)).values).toEqual({ SECOND: 'SECOND value' });
    expect(await first.db.prisma.internalSealedValue.count({ where: { providerKey: secretId } })).toBe(0);
  });

  it('the key changes meanwhile: what is sealed to the one before is not taken', async () => {
    const records = await Promise.all(tasks.map((task) => sealAgain(first, fleet.first, task)));
    await fleet.rotate();
    const outcome = await giveResealed(first, workOf(first), fleet.first.identity, { records, left: [] });
    expect(reasons(outcome)).toEqual(['outdated', 'outdated']);
    expect(await resealAll(fleet.first)).toBe(2);
  });
});

describe('a backend refuses', () => {
  let tasks: readonly ResealTask[];

  beforeEach(async () => {
    await create('FIRST');
    await create('SECOND');
    await fleet.rotate();
    tasks = await take(fleet.first);
  });

  const expectRefused = async (work: () => Promise<unknown>) => {
    await expect(work()).rejects.toMatchObject({ code: 2001 });
    expect(await pending()).toBe(2);
  };

  it('a record for another secret', async () => {
    const [one, other] = tasks;
    if (one === undefined || other === undefined) throw new Error('two records are pending');
    const { record } = await sealAgain(first, fleet.first, other);
    const given = { ...(await sealAgain(first, fleet.first, one)), record };
    await expectRefused(() => giveResealed(first, workOf(first), fleet.first.identity, { records: [given], left: [] }));
  });

  it('another version', async () => {
    const [task] = tasks;
    if (task?.place.kind !== 'value') throw new Error('a value is pending');
    const { secretId } = task.place;
    const binding = { type: 'secret', secretId, algorithmId: algorithm.id, environmentVariable: 'FIRST', version: 9 };
    await expectRefused(() => give(fleet.first, [task], first, { binding: binding as Twist['binding'] & object }));
  });

  it('another variable', async () => {
    const [task] = tasks;
    if (task?.place.kind !== 'value') throw new Error('a value is pending');
    const { secretId, version } = task.place;
    const binding = { type: 'secret', secretId, algorithmId: algorithm.id, environmentVariable: 'OTHER', version };
    await expectRefused(() => give(fleet.first, [task], first, { binding: binding as Twist['binding'] & object }));
  });

  it('what was sealed from an earlier record that somebody put back', async () => {
    expect((await give(fleet.first, tasks)).done).toBe(2);
    const [one] = tasks;
    if (one?.place.kind !== 'value') throw new Error('a value is pending');
    const sql = 'UPDATE internal_sealed_value SET record = $1 WHERE "providerKey" = $2';
    await first.db.pool.query(sql, [JSON.stringify(one.record), one.place.secretId]);
    expect(reasons(await give(fleet.first, [one]))).toEqual(['replaced']);
  });

  it('a signature of another worker', async () => {
    const member = await fleet.join();
    await expectRefused(() => give(fleet.first, tasks, first, { signer: member.signer }));
  });

  it('a worker that was revoked since it took the records', async () => {
    const member = await fleet.join();
    await secondHears();
    const taken = await take(member, second);
    expect(taken).toHaveLength(2);
    await fleet.revoke(member);
    await expectRefused(() => give(member, taken, second));
  });

  it('an additional recipient, and a missing one', async () => {
    const { openingKeys } = fleet.first;
    const twists: readonly Twist[] = [
      { recipients: (keys) => [...keys, ...openingKeys.slice(0, 1)] },
      { recipients: (keys) => keys.slice(1) },
      { recipients: (keys) => keys.slice(0, 1) },
    ];
    for (const twist of twists)
      expect(reasons(await give(fleet.first, tasks, first, twist))).toEqual(['outdated', 'outdated']);
    expect(await pending()).toBe(2);
  });

  it('what was sealed from a record that somebody exchanged in the database', async () => {
    const sql =
      'UPDATE internal_sealed_value SET record = (SELECT record FROM internal_sealed_value WHERE "providerKey" = $1)';
    const [one] = tasks;
    if (one?.place.kind !== 'value') throw new Error('a value is pending');
    await first.db.pool.query(sql, [one.place.secretId]);
    expect(reasons(await give(fleet.first, tasks)).filter((reason) => reason !== 'replaced')).toEqual([]);
    await secondHears();
    const again = await take(fleet.first, second);
    expect(again.map(({ place }) => place)).toEqual([]);
  });
});

it('a worker that kept the old key opens nothing that was sealed again', async () => {
  const member = await fleet.join();
  await create('FIRST');
  await fleet.revoke(member);
  await fleet.rotate();
  await resealAll(fleet.first);
  await expect(read(member)).rejects.toMatchObject({ code: 'NO_KEY' });
  expect((await read(fleet.first)).values).toEqual({ FIRST: 'FIRST value' });
});
