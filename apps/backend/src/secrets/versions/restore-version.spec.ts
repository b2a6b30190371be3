import type { ApiError } from '@secret-store/api';
import { type Algorithm, type AlgorithmSecret } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import {
  generateOpeningKey,
  generateSigningKey,
  type RecipientKey,
  seal,
  type SealedRecord,
  signVersionQuestion,
  type SigningKey,
  type VersionQuestion,
} from '@secret-store/sealing';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { olderValuesKind } from '../../ledger/older-values.ts';
import { giveResealed } from '../../resealing/give-resealed.ts';
import { beginResealing, takeReseal } from '../../resealing/take-reseal.ts';
import { sealAgain } from '../../resealing/testing/seal-again.ts';
import { TestFleet, type TestMember } from '../../resealing/testing/test-fleet.ts';
import { giveVersion } from '../../resealing/versions/give-version.ts';
import { takeVersion } from '../../resealing/versions/take-version.ts';
import { createSecret } from '../create-secret.ts';
import { removeSecret } from '../removing/remove-secret.ts';
import { admin, ada } from '../testing/backend-fixture.ts';
import { openStoreWithVault, type StoreWithVault } from '../testing/open-store-with-vault.ts';
import { readAsWorker } from '../testing/read-as-worker.ts';
import { secretRequest } from '../testing/secret-request.ts';
import { openTestDependencies } from '../testing/test-dependencies.ts';
import { updateSecret } from '../update-secret.ts';
import { commitRestored } from './commit-restored.ts';
import { restoreVersion } from './restore-version.ts';

let opened: StoreWithVault;
let deps: Dependencies;
let fleet: TestFleet;
let algorithm: Algorithm;

beforeEach(async () => {
  opened = await openStoreWithVault();
  ({ deps } = opened.store);
  fleet = await TestFleet.open(opened.store);
  algorithm = await opened.addAlgorithm(admin);
  await seenNow();
});
afterEach(() => opened.close());

const seenNow = () => deps.db.pool.query('UPDATE worker SET "lastSeenAt" = now()');
const create = (variable: string, value: string, provider_id = internalProviderId) =>
  createSecret(deps, admin, algorithm.id, secretRequest(algorithm.id, variable, value, { provider_id }));
const update = ({ id }: AlgorithmSecret, secret_value: string) =>
  updateSecret(deps, admin, algorithm.id, id, { short_name: `Name ${id}`, description: '', secret_value });
/** Version 1 is `first value`, version 2 `second value`. */
const secretWithTwo = async (variable = 'TOKEN'): Promise<AlgorithmSecret> => {
  const secret = await create(variable, 'first value');
  await update(secret, 'second value');
  return secret;
};
const restore = ({ id }: AlgorithmSecret, version = 1, actor = admin) =>
  restoreVersion(deps, actor, { algorithmId: algorithm.id, secretId: id, version });
const read = () => readAsWorker(opened.store, algorithm, undefined, fleet.first.openingKeys);
const outcomeOf = (restoring: Promise<unknown>) =>
  restoring.then(
    () => 'done' as const,
    (error: unknown) => error,
  );

/** What the worker has taken. */
const taken = async ({ identity }: TestMember = fleet.first) => {
  for (;;) {
    const { task } = await takeVersion(deps, identity, { held: {} });
    if (task !== null) return task;
  }
};

interface Twist {
  readonly binding?: Partial<SealedRecord['binding'] & { readonly type: 'secret' }>;
  readonly recipients?: (recipients: readonly RecipientKey[]) => readonly RecipientKey[];
  readonly signer?: SigningKey;
}

/** What a worker seals for the version 3 of the secret. */
const sealedFor = async ({ id }: AlgorithmSecret, twist: Twist = {}, { signer }: TestMember = fleet.first) => {
  const current = (await deps.pools.firstLog()).currentKey;
  if (current === null) throw new Error('the pool has a key');
  const recipients = [current, deps.keys.root.recipient];
  return seal({
    value: Buffer.from('first value'),
    binding: {
      ...{ type: 'secret', secretId: id, algorithmId: algorithm.id, environmentVariable: 'TOKEN', version: 3 },
      ...twist.binding,
    },
    recipients: twist.recipients?.(recipients) ?? recipients,
    signer: twist.signer ?? signer,
  });
};
const give = (questionId: string, record: SealedRecord, { identity }: TestMember = fleet.first) =>
  giveVersion(deps, identity, { questionId, result: { record } });

it('brings the value back as a new version, in the name of who asked', async () => {
  const secret = await secretWithTwo();
  const before = await read();
  const restoring = restore(secret);
  await give((await taken()).questionId, await sealedFor(secret));
  const restored = await restoring;
  expect(await read()).toEqual({
    ...before,
    number: before.number + 1,
    values: { TOKEN: 'first value' },
    versions: { TOKEN: 3 },
  });
  expect(restored.id).toBe(secret.id);
  expect(restored.default_secret_value_id).not.toBe(secret.default_secret_value_id);
  await deps.ledger.flush();
  const [event] = await deps.db.prisma.auditEvent.findMany({ orderBy: { sequence: 'desc' } });
  expect(event).toMatchObject({
    action: 'secret.update',
    actorId: admin.userId,
    subjectId: secret.id,
    details: { version: 3, restored: 1 },
  });
  expect(await deps.db.prisma.workerCheck.count()).toBe(0);
});

describe('what a worker gives counts for nothing', () => {
  const refusalOf = async (twist: Twist, expected: Partial<ApiError>) => {
    const secret = await secretWithTwo();
    const before = await read();
    const outcome = outcomeOf(restore(secret));
    await give((await taken()).questionId, await sealedFor(secret, twist));
    expect(await outcome).toMatchObject(expected);
    expect(await read()).toEqual(before);
  };

  it.each([
    ['another secret', { secretId: uuid() }],
    ['another algorithm', { algorithmId: uuid() }],
    ['another variable', { environmentVariable: 'OTHER' }],
    ['the version that it is now', { version: 2 }],
    ['the earlier version', { version: 1 }],
    ['a later version', { version: 4 }],
  ])('where it is bound to %s', (_what, binding) => refusalOf({ binding }, { code: 2001 }));

  it('where it is sealed to fewer keys, or to one more', async () => {
    const expected = { code: 6001, status: 409 };
    await refusalOf({ recipients: ([pool]) => (pool === undefined ? [] : [pool]) }, expected);
    algorithm = await opened.addAlgorithm(admin);
    const more = await generateOpeningKey();
    await refusalOf({ recipients: (keys) => [...keys, more] }, expected);
  });

  it('where another one signed it, also where it stands in the database already', async () => {
    const secret = await secretWithTwo();
    const restoring = restore(secret);
    const { questionId } = await taken();
    const forged = await sealedFor(secret, { signer: await generateSigningKey() });
    await expect(give(questionId, forged)).rejects.toMatchObject({ code: 2001 });
    const { workerId } = fleet.first.identity;
    await deps.db.prisma.workerCheck.update({
      where: { id: questionId },
      data: { result: { workerId, result: { record: JSON.parse(JSON.stringify(forged)) } } },
    });
    while ((await deps.db.prisma.workerCheck.findUnique({ where: { id: questionId } }))?.result !== null);
    await give(questionId, await sealedFor(secret));
    await restoring;
    expect((await read()).versions).toEqual({ TOKEN: 3 });
  });

  it('where the pool has another key by then', async () => {
    const secret = await secretWithTwo();
    const outcome = outcomeOf(restore(secret));
    const { questionId } = await taken();
    const record = await sealedFor(secret);
    await fleet.rotate();
    await give(questionId, record);
    expect(await outcome).toMatchObject({ code: 6001, status: 409 });
    expect((await read()).versions).toEqual({ TOKEN: 2 });
  });

  it('where the worker is revoked before it is committed', async () => {
    const member = await fleet.join();
    const secret = await secretWithTwo();
    const record = await sealedFor(secret, {}, member);
    await change(deps, async (changes) => {
      await changes.update('worker', member.identity.workerId, { revokedAt: new Date() });
      changes.audit({ actor: systemActor, action: 'worker.revoke', subject: { type: 'worker', id: 'x' }, details: {} });
    });
    const restored = { algorithmId: algorithm.id, secretId: secret.id, version: 1, current: 2, record };
    const outcome = outcomeOf(commitRestored(deps, admin, { ...restored, sealer: member.identity }));
    expect(await outcome).toMatchObject({ code: 2001 });
    expect((await read()).versions).toEqual({ TOKEN: 2 });
  });
});

describe('of two writes at once one counts', () => {
  it('an update that comes before the worker has answered stays', async () => {
    const secret = await secretWithTwo();
    const outcome = outcomeOf(restore(secret));
    const { questionId } = await taken();
    await update(secret, 'third value');
    await give(questionId, await sealedFor(secret));
    expect(await outcome).toMatchObject({ code: 6001, status: 409 });
    expect(await read()).toMatchObject({ values: { TOKEN: 'third value' }, versions: { TOKEN: 3 } });
  });

  it('of two restores one is done, and the other one says so', async () => {
    const secret = await secretWithTwo();
    const outcomes = [outcomeOf(restore(secret)), outcomeOf(restore(secret))];
    for (const { questionId } of [await taken(), await taken()]) await give(questionId, await sealedFor(secret));
    const ended = await Promise.all(outcomes);
    expect(ended.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(ended.find((outcome) => outcome !== 'done')).toMatchObject({ code: 6001, status: 409 });
    expect((await read()).versions).toEqual({ TOKEN: 3 });
  });
});

describe('is refused before a worker is asked', () => {
  const refused = (restoring: Promise<unknown>) => outcomeOf(restoring);

  it('where the provider cannot, the version is the current one, or its value is not there', async () => {
    const inVault = await create('IN_VAULT', 'a value', opened.vaultId);
    expect(await refused(restore(inVault))).toMatchObject({ code: 8014, status: 400 });
    const secret = await secretWithTwo();
    expect(await refused(restore(secret, 2))).toMatchObject({ code: 6001, status: 400, field: 'version' });
    expect(await refused(restore(secret, 3))).toMatchObject({ code: 6001, status: 404 });
    for (let version = 3; version <= 11; version += 1) await update(secret, `value ${version}`);
    expect(await refused(restore(secret, 1))).toMatchObject({ message: expect.stringContaining('the last 10') });
    expect(await deps.db.prisma.workerCheck.count()).toBe(0);
  });

  it('where another one owns the algorithm, or no worker is online', async () => {
    const secret = await secretWithTwo();
    expect(await refused(restore(secret, 1, { ...ada, username: 'bob' }))).toMatchObject({ code: 2001 });
    await deps.db.pool.query(`UPDATE worker SET "lastSeenAt" = now() - interval '1 minute'`);
    expect(await refused(restore(secret))).toMatchObject({ code: 6003, status: 503, retryAfterSeconds: 10 });
  });
});

describe('an earlier value is the one that the store remembers', () => {
  const storedFirst = ({ id }: AlgorithmSecret) => ({ providerKey_version: { providerKey: id, version: 1 } });

  it('and no other record of that version, also where it is sealed and signed as it should be', async () => {
    const secret = await secretWithTwo();
    const member = await fleet.join();
    const record = await sealedFor(secret, { binding: { version: 1 } }, member);
    await deps.db.prisma.internalSealedValue.update({
      where: storedFirst(secret),
      data: { record: JSON.parse(JSON.stringify(record)) },
    });
    await expect(restore(secret)).rejects.toMatchObject({ code: 'ROW_REFUSED', problem: 'changed' });
    await deps.db.prisma.internalSealedValue.delete({ where: storedFirst(secret) });
    await expect(restore(secret)).rejects.toMatchObject({ code: 'ROW_REFUSED', problem: 'missing' });
    expect(await deps.db.prisma.workerCheck.count()).toBe(0);
    await fleet.rotate();
    await deps.db.prisma.internalSealedValue.create({
      data: { providerKey: secret.id, version: 1, record: JSON.parse(JSON.stringify(record)) },
    });
    const { tasks } = await takeReseal(deps, beginResealing(deps), fleet.first.identity, { held: {} });
    expect(tasks.map(({ place }) => place)).toEqual([expect.objectContaining({ version: 2 })]);
  });

  it('also after it was sealed again, by a worker of another backend, and until the secret is removed', async () => {
    const second = await openTestDependencies({ ...opened.store, log: () => undefined });
    const secret = await secretWithTwo();
    await fleet.rotate();
    await deps.ledger.flush();
    await second.ledger.chain.read();
    const work = beginResealing(second);
    const { tasks } = await takeReseal(second, work, fleet.first.identity, { held: {} });
    const older = tasks.filter(({ place }) => place.kind === 'value' && place.version === 1);
    const records = await Promise.all(older.map((task) => sealAgain(second, fleet.first, task)));
    expect(await giveResealed(second, work, fleet.first.identity, { records, left: [] })).toMatchObject({ done: 1 });
    // this backend has not heard of it yet
    await update(secret, 'third value');
    const restoring = restore(secret);
    const { questionId } = await taken();
    await give(questionId, await sealedFor(secret, { binding: { version: 4 } }));
    await restoring;
    expect(await read()).toMatchObject({ values: { TOKEN: 'first value' }, versions: { TOKEN: 4 } });
    await removeSecret(deps, admin, algorithm.id, secret.id, {});
    expect([...deps.ledger.memory.living(olderValuesKind)]).toEqual([]);
    await second.db.close();
  });
});

it('workers are given no question that a backend did not ask', async () => {
  const secret = await secretWithTwo();
  const { poolId } = fleet.first.identity;
  const about = { algorithmId: algorithm.id, secretId: secret.id, version: 1, hash: 'A'.repeat(43), current: 2 };
  const plant = async (changes: Partial<VersionQuestion>, signer: SigningKey) => {
    const id = uuid();
    const question = { ...about, questionId: id, expiresAt: Date.now() + 60_000, ...changes };
    const task = { versionQuestion: { ...signVersionQuestion(question, signer) } };
    await deps.db.prisma.workerCheck.create({ data: { id, poolId, task } });
  };
  await plant({}, await generateSigningKey());
  await plant({ expiresAt: Date.now() - 1 }, deps.keys.signer);
  await plant({ questionId: uuid() }, deps.keys.signer);
  expect(await takeVersion(deps, fleet.first.identity, { held: {} })).toEqual({ task: null });
  expect(await deps.db.prisma.workerCheck.count()).toBe(0);
});
