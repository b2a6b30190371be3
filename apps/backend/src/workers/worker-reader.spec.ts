import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WorkerIdentity } from './authenticate-worker.ts';
import { seal, sealedRecordHash, verifyCertificate, verifyWorkerCheck, type SealedRecord } from '@secret-store/sealing';
import { openBackendFixture, type BackendFixture } from '../secrets/testing/backend-fixture.ts';
import { poolRecipients } from './pool-recipients.ts';
import { answerCheck, takeCheck } from './take-check.ts';
import { createWorkerReader, type WorkerQuestion } from './worker-reader.ts';

let store: BackendFixture;
let worker: WorkerIdentity;
let question: WorkerQuestion;

beforeAll(async () => {
  store = await openBackendFixture();
  const [pool] = store.keys.backend.certificates.pools;
  const poolId = verifyCertificate(pool, store.deps.keys.root, 'pool').subjectId;
  worker = { workerId: 'worker-1', poolId };
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
    recipients: await poolRecipients(store.deps, poolId),
    signer: store.deps.keys.signer,
  });
  const context = { secretId: 's', algorithmId: 'a', environmentVariable: 'THROW_AWAY', version: 1 };
  const expectedHash = Buffer.alloc(32, 1).toString('base64url');
  question = { providerId: 'p', providerKey: 'vault/s', context, expectedHash, sealed, sealedForWorkers: null };
});
afterAll(() => store.close());

const reader = () => createWorkerReader(store.deps);
const waiting = () => store.deps.db.prisma.workerCheck.count();
const taken = async () => {
  const found: { task: NonNullable<Awaited<ReturnType<typeof takeCheck>>> | null } = { task: null };
  await expect.poll(async () => (found.task = await takeCheck(store.deps, worker)), { timeout: 60_000 }).not.toBeNull();
  if (found.task === null) throw new Error('nothing to take');
  return found.task;
};
const match = (checkId: string) => ({ checkId, outcome: 'match', version: 'v1', message: '' }) as const;

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
  await answerCheck(store.deps, worker, match(task.checkId));
  expect(await answer).toEqual(match(task.checkId));
  expect(await waiting()).toBe(0);
});

it('a worker of another pool gets no question and cannot answer one; the first answer stands', async () => {
  const stranger = { workerId: 'other', poolId: '00000000-0000-7000-8000-00000000dead' };
  const answer = reader().check(question);
  const task = await taken();
  expect(await takeCheck(store.deps, stranger)).toBeNull();
  await answerCheck(store.deps, stranger, { ...match(task.checkId), version: 'forged' });
  await answerCheck(store.deps, worker, match(task.checkId));
  await answerCheck(store.deps, worker, { ...match(task.checkId), version: 'late' });
  expect(await answer).toMatchObject({ version: 'v1' });
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
