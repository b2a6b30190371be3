import { createPublicKey, randomUUID } from 'node:crypto';
import {
  createStoreKeys,
  generateSigningKey,
  importSigningKey,
  seal,
  sealedRecordHash,
  type SealedRecord,
  type SigningKey,
  signWorkerAnswer,
  verifyWorkerCheck,
  type WorkerAnswer,
} from '@secret-store/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemActor } from '../audit/audit-entry.ts';
import { change } from '../ledger/change.ts';
import { openBackendFixture, type BackendFixture } from '../secrets/testing/backend-fixture.ts';
import type { WorkerIdentity } from './authentication/find-member.ts';
import { keepAnswer } from './check-answer.ts';
import { poolRecipients } from './pools/pool-recipients.ts';
import { addMember } from './testing/add-member.ts';
import { takeCheck } from './take-check.ts';
import { createWorkerReader, type WorkerQuestion } from './worker-reader.ts';

let store: BackendFixture;
let worker: WorkerIdentity;
let signer: SigningKey;
let question: WorkerQuestion;

beforeAll(async () => {
  store = await openBackendFixture();
  const poolId = store.deps.pools.firstPoolId;
  signer = importSigningKey(store.keys.worker.workerKey);
  const member = (await store.deps.pools.firstLog()).state.memberOf(signer.keyId);
  if (member === undefined) throw new Error('the first worker is no member');
  worker = { workerId: member.workerId, poolId, key: member.key };
  const sealed: SealedRecord = await seal({
    value: Buffer.from('{}'),
    binding: {
      type: 'provider-configuration',
      providerId: 'p',
      revision: 1,
      moduleSha256: '0'.repeat(64),
      factoryClassName: 'F',
      destinations: [],
    },
    recipients: await poolRecipients(store.deps, [poolId]),
    signer: store.deps.keys.signer,
  });
  const context = { secretId: 's', algorithmId: 'a', environmentVariable: 'THROW_AWAY', version: 1 };
  const expectedHash = Buffer.alloc(32, 1).toString('base64url');
  question = { providerId: 'p', providerKey: 'vault/s', context, expectedHash, sealed, sealedForWorkers: null };
});
afterAll(() => store.close());

/** Another worker of the pool, and whether its revocation is in its row. */
const addWorker = async ({ isRevoked = false } = {}) => {
  const { workerId, key } = await addMember(store.deps, store.keys);
  if (isRevoked) {
    await change(store.deps, async (changes) => {
      await changes.update('worker', workerId, { revokedAt: new Date() });
      const subject = { type: 'worker', id: workerId } as const;
      changes.audit({ actor: systemActor, action: 'worker.import', subject, details: {} });
    });
  }
  return { workerId, key };
};

/** the pools that were told of questions */
const told: string[] = [];
const reader = () => createWorkerReader({ ...store.deps, onAsked: (poolId) => told.push(poolId) });
const waiting = () => store.deps.db.prisma.workerCheck.count();
const taken = async () => {
  const found: { task: NonNullable<Awaited<ReturnType<typeof takeCheck>>> | null } = { task: null };
  await expect.poll(async () => (found.task = await takeCheck(store.deps, worker)), { timeout: 60_000 }).not.toBeNull();
  if (found.task === null) throw new Error('nothing to take');
  return found.task;
};
const match = (checkId: string): WorkerAnswer => ({ checkId, outcome: 'match', version: 'v1', message: '' });
const keep = (answer: WorkerAnswer) => keepAnswer(store.deps, worker, signWorkerAnswer(answer, signer));

it('a question goes to one worker, signed and with the records that it names, and its answer comes back', async () => {
  const answer = reader().check(question);
  const task = await taken();
  expect(await takeCheck(store.deps, worker)).toBeNull();
  const check = verifyWorkerCheck(task.check, store.deps.keys.verificationKey, new Date());
  expect(check).toMatchObject({
    checkId: task.checkId,
    providerKey: 'vault/s',
    configurationHash: sealedRecordHash(question.sealed),
    workerConfigurationHash: null,
  });
  await keep(match(task.checkId));
  expect(await answer).toEqual(match(task.checkId));
  expect(await waiting()).toBe(0);
  expect(told).toEqual([store.deps.pools.firstPoolId]);
});

it('a worker of another pool gets no question and cannot answer one; the first answer stands', async () => {
  const key = await generateSigningKey();
  const stranger = {
    workerId: randomUUID(),
    poolId: randomUUID(),
    key: { ...key, publicHandle: createPublicKey(key.privateHandle) },
  };
  const answer = reader().check(question);
  const task = await taken();
  expect(await takeCheck(store.deps, stranger)).toBeNull();
  await keepAnswer(store.deps, stranger, signWorkerAnswer({ ...match(task.checkId), version: 'forged' }, key));
  await keep(match(task.checkId));
  await keep({ ...match(task.checkId), version: 'late' });
  expect(await answer).toMatchObject({ version: 'v1' });
});

it('a worker that passes on what another signed is refused with 6001', async () => {
  const { key } = await addWorker();
  const answer = signWorkerAnswer(match(randomUUID()), key);
  await expect(keepAnswer(store.deps, worker, answer)).rejects.toMatchObject({ code: 6001 });
});

describe('an answer that was put into the row', () => {
  const forged = { outcome: 'match', version: 'forged', message: '' } as const;
  const forgeries: Record<string, (checkId: string) => Promise<object>> = {
    'without a signature': async (checkId) => ({ ...forged, checkId }),
    'by a key that is no member’s': async (checkId) => ({
      answer: signWorkerAnswer({ ...forged, checkId }, await generateSigningKey()),
      workerId: worker.workerId,
    }),
    'by a worker of another store': async (checkId) => {
      const { worker: other } = await createStoreKeys();
      const answer = signWorkerAnswer({ ...forged, checkId }, importSigningKey(other.workerKey));
      return { answer, workerId: randomUUID() };
    },
    'by a worker that was revoked': async (checkId) => {
      const { key, workerId } = await addWorker({ isRevoked: true });
      return { answer: signWorkerAnswer({ ...forged, checkId }, key), workerId };
    },
    'by a worker whose revocation was taken out of its row': async (checkId) => {
      const { key, workerId } = await addWorker({ isRevoked: true });
      await store.deps.db.prisma.worker.update({ where: { id: workerId }, data: { revokedAt: null } });
      return { answer: signWorkerAnswer({ ...forged, checkId }, key), workerId };
    },
    'that the worker gave to another check': async () => ({
      answer: signWorkerAnswer({ ...forged, checkId: randomUUID() }, signer),
      workerId: worker.workerId,
    }),
    'by the backend itself': async (checkId) => ({
      answer: signWorkerAnswer({ ...forged, checkId }, store.deps.keys.signer),
      workerId: worker.workerId,
    }),
  };

  it.each(Object.entries(forgeries))('%s is refused, logged, and leaves the worker its turn', async (_, forge) => {
    const answer = reader().check(question);
    const { checkId } = await taken();
    const row = { where: { id: checkId } };
    await store.deps.db.prisma.workerCheck.update({ ...row, data: { result: await forge(checkId) } });
    await expect
      .poll(async () => (await store.deps.db.prisma.workerCheck.findUnique(row))?.result, { timeout: 60_000 })
      .toBeNull();
    expect(store.logged()).toContain('refused an answer to a check that no worker of the pool gave');
    await keep(match(checkId));
    expect(await answer).toEqual(match(checkId));
  });
});

describe('a question that was put into the table', () => {
  const task = async () => {
    const answer = reader().check(question);
    const genuine = await taken();
    await keep(match(genuine.checkId));
    await answer;
    return genuine;
  };
  const put = (id: string, planted: object) =>
    store.deps.db.prisma.workerCheck.create({ data: { id, poolId: worker.poolId, task: { ...planted } } });

  it('by somebody else, or under another id, goes to no worker, is dropped and logged', async () => {
    const genuine = await task();
    const { check } = genuine;
    const [first, second, third] = [randomUUID(), randomUUID(), genuine.checkId];
    await put(first, { ...genuine, checkId: first });
    await put(second, { checkId: second, question: 'what is the password?' });
    await put(third, { ...genuine, check: { ...check, payload: check.payload.slice(0, -4) } });
    expect(await takeCheck(store.deps, worker)).toBeNull();
    expect(await waiting()).toBe(0);
    for (const problem of ['MISPLACED', 'BAD_RECORD', 'BAD_SIGNATURE']) expect(store.logged()).toContain(problem);
  });
});

it('a question that nobody takes is given up, and leaves nothing', async () => {
  expect(await reader().check(question)).toBeNull();
  expect(await waiting()).toBe(0);
});

it('a worker is online when it asked a moment ago, and not later', async () => {
  await store.deps.db.prisma.worker.updateMany({ data: { lastSeenAt: new Date(Date.now() - 60_000) } });
  expect(await reader().isOnline()).toBe(false);
  await store.deps.db.prisma.worker.updateMany({ data: { lastSeenAt: new Date() } });
  expect(await reader().isOnline()).toBe(true);
  await store.deps.db.prisma.worker.updateMany({ data: { revokedAt: new Date() } });
  expect(await reader().isOnline()).toBe(false);
});

it('a worker that asks for the first time in the meantime comes online; without one the wait ends', async () => {
  await store.deps.db.prisma.worker.updateMany({ data: { lastSeenAt: null, revokedAt: null } });
  const coming = reader().comesOnline();
  await store.deps.db.prisma.worker.updateMany({ data: { lastSeenAt: new Date() } });
  expect(await coming).toBe(true);
  await store.deps.db.prisma.worker.updateMany({ data: { lastSeenAt: null } });
  expect(await reader().comesOnline()).toBe(false);
});
