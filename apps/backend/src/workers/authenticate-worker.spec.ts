import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createStoreKeys,
  generateSigningKey,
  importSigningKey,
  type SigningKey,
  type StoreKeys,
} from '@secret-store/sealing';
import { admin, openBackendFixture, type BackendFixture } from '../secrets/testing/backend-fixture.ts';
import { type AuthenticateWorker, createAuthenticateWorker } from './authenticate-worker.ts';
import { change } from '../ledger/change.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { importCertificates } from '../startup/import-certificates.ts';
import type { WorkerIdentity } from './authentication/find-member.ts';
import { createNoteSeen } from './note-seen.ts';
import { CallingWorker } from './testing/calling-worker.ts';
import { poolRecipients } from './pools/pool-recipients.ts';
import { PoolLogs } from './pools/pool-logs.ts';
import { addMember } from './testing/add-member.ts';
import { createAlgorithm } from '../algorithms/create-algorithm.ts';
import { deliver } from './delivery/deliver.ts';
import { deliverModule } from './delivery/deliver-module.ts';

let store: BackendFixture;
let authenticate: AuthenticateWorker;
let poolId: string;
let worker: CallingWorker;
let stranger: StoreKeys;

beforeAll(async () => {
  store = await openBackendFixture();
  authenticate = createAuthenticateWorker(store.deps);
  stranger = await createStoreKeys();
  worker = new CallingWorker(store.keys);
  poolId = store.deps.pools.firstPoolId;
});
afterAll(() => store.close());

const target = '/api/worker/delivery';
const body = '{"owner":"ada","name":"model"}';
const request = (caller: CallingWorker, value = caller.value()) => ({
  method: 'POST',
  target,
  body: Buffer.from(body),
  headers: caller.sign({ method: 'POST', target, body }, value),
});

const callerOf = (signer: SigningKey) => new CallingWorker(store.keys, { signer });

/** What the worker is told, or who it is. */
const answerTo = async (asked: ReturnType<typeof request>): Promise<string | WorkerIdentity> => {
  const authenticated = await authenticate(asked);
  return 'refusal' in authenticated ? authenticated.refusal.errorName : authenticated.worker;
};

const actor = { type: 'system', id: 'test' } as const;

const unused = { revokedAt: null, run: null, instance: null, stoppedAt: null };

/** A row that the store wrote, of a worker that no pool's log knows. */
const addRow = (worker: Pick<Rows['worker'], 'id' | 'keyId' | 'certificate'>): Promise<void> =>
  change(store.deps, async (changes) => {
    await changes.insert('worker', { ...worker, poolId, ...unused, createdAt: new Date() });
    changes.audit({ actor, action: 'worker.import', subject: { type: 'worker', id: worker.id }, details: {} });
  });

const addCaller = async () => {
  const { workerId, key } = await addMember(store.deps, store.keys);
  return { caller: callerOf(key), subjectId: workerId };
};

describe('a worker’s request', () => {
  it('is known by its signature and its membership', async () => {
    expect(await answerTo(request(worker))).toMatchObject({ workerId: expect.any(String), poolId });
    const seen = await store.deps.db.prisma.worker.findUnique({ where: { keyId: worker.signer.keyId } });
    expect(seen?.lastSeenAt).not.toBeNull();
  });

  it('asks the database once, and when it was seen is written at most each 3 s', async () => {
    let now = 0;
    const noteSeen = createNoteSeen(store.deps, { now: () => now });
    const statements = vi.spyOn(store.deps.db.pool, 'query');
    try {
      await authenticate(request(worker));
      await authenticate(request(worker));
      const asked = statements.mock.calls.map(([statement]) => statement);
      const isNote = (statement: unknown) => JSON.stringify(statement).includes('worker-seen');
      expect(asked.filter((statement) => !isNote(statement))).toEqual(
        Array.from({ length: 2 }, () => expect.objectContaining({ text: expect.stringContaining('FROM worker') })),
      );
      statements.mockClear();
      for (const milliseconds of [0, 2_999, 3_000, 3_001]) {
        now = milliseconds;
        await noteSeen(randomUUID());
        await noteSeen(poolId);
      }
      expect(statements).toHaveBeenCalledTimes(6);
    } finally {
      statements.mockRestore();
    }
  });

  it('is nobody’s when body, path, method or headers differ from what was signed', async () => {
    const signed = request(worker);
    expect(await answerTo({ ...signed, body: Buffer.from('{}') })).toBe('NotAuthenticated');
    expect(await answerTo({ ...signed, target: '/api/worker/takeCheck' })).toBe('NotAuthenticated');
    expect(await answerTo({ ...signed, method: 'GET' })).toBe('NotAuthenticated');
    const { 'secret-store-signature': _, ...unsigned } = signed.headers;
    expect(await authenticate({ ...signed, headers: unsigned })).toMatchObject({
      refusal: { errorName: 'NotAuthenticated' },
      value: '',
    });
  });

  it('is nobody’s when its key is in the database but no member’s by the log of the pool', async () => {
    const key = importSigningKey(stranger.worker.workerKey);
    const { workerCertificate } = stranger.worker;
    await addRow({ id: randomUUID(), keyId: key.keyId, certificate: { ...workerCertificate } });
    expect(await answerTo(request(callerOf(key)))).toBe('NotAuthenticated');
  });

  it('is nobody’s when another worker’s certificate was put beside the key', async () => {
    const key = await generateSigningKey();
    const { workerCertificate } = store.keys.worker;
    await addRow({ id: randomUUID(), keyId: key.keyId, certificate: { ...workerCertificate } });
    expect(await answerTo(request(callerOf(key)))).toBe('NotAuthenticated');
  });

  it('is refused once the worker is revoked, also after the certificates were imported again', async () => {
    const { caller, subjectId } = await addCaller();
    expect(await answerTo(request(caller))).toMatchObject({ workerId: subjectId });
    await change(store.deps, async (changes) => {
      await changes.update('worker', subjectId, { revokedAt: new Date() });
      changes.audit({ actor, action: 'worker.import', subject: { type: 'worker', id: subjectId }, details: {} });
    });
    await importCertificates(store.deps);
    expect(await answerTo(request(caller))).toBe('WorkerRevoked');
    // only the owner of its key is told
    expect(await answerTo({ ...request(caller), body: Buffer.from('{}') })).toBe('NotAuthenticated');
    await store.deps.db.prisma.worker.update({ where: { id: subjectId }, data: { revokedAt: null } });
    expect(await answerTo(request(caller))).toBe('NotAuthenticated');
  });

  it('is nobody’s when somebody else wrote the row of a member', async () => {
    const { caller, subjectId } = await addCaller();
    expect(await answerTo(request(caller))).toMatchObject({ workerId: subjectId });
    await store.deps.db.prisma.worker.update({ where: { id: subjectId }, data: { createdAt: new Date(0) } });
    expect(await answerTo(request(caller))).toBe('NotAuthenticated');
  });
});

describe('the recipients of a pool', () => {
  const keyIds = async () => (await poolRecipients(store.deps, [poolId])).map(({ keyId }) => keyId);

  it('are its current key and the root, and nobody else whatever is slipped into the database', async () => {
    const before = await keyIds();
    expect(before).toHaveLength(2);
    expect(before).toContain(store.deps.keys.root.recipient.keyId);
    const { number } = (await store.deps.pools.firstLog()).head;
    const planted = { poolId, number: number + 1, envelope: { payload: 'a key of another' } };
    await store.deps.db.prisma.poolLogEntry.create({ data: planted });
    expect(await keyIds()).toEqual(before);
    await store.deps.db.prisma.poolLogEntry.deleteMany({ where: { poolId, number: number + 1 } });
  });

  it('are refused when the pool has no key, rather than sealed to the root alone', async () => {
    await expect(poolRecipients(store.deps, [randomUUID()])).rejects.toThrow('has no worker yet');
  });
});

describe('importing certificates', () => {
  it('can be repeated', async () => {
    const count = () => Promise.all([store.deps.db.prisma.workerPool.count(), store.deps.db.prisma.worker.count()]);
    const before = await count();
    await importCertificates(store.deps);
    expect(await count()).toEqual(before);
  });

  it('refuses the database of another store', async () => {
    const { certificates } = stranger.backend;
    const other = await openBackendFixture();
    try {
      const firstPool = { poolCertificate: certificates.pools[0], workerCertificate: certificates.workers[0] };
      const keys = { ...other.deps.keys, firstPool };
      expect(() => new PoolLogs({ ...other.deps, keys })).toThrow('does not verify');
      await expect(importCertificates({ ...store.deps, keys: other.deps.keys })).rejects.toThrow('other keys');
    } finally {
      await other.close();
    }
  });
});

describe('a delivery', () => {
  it('answers 1000 for an unknown algorithm and 2001 to a worker of another pool', async () => {
    await createAlgorithm(store.deps, admin, { owner: 'ada', name: 'model' });
    const worker = { poolId };
    await expect(deliver(store.deps, worker, { owner: 'ada', name: 'none' })).rejects.toMatchObject({ code: 1000 });
    await expect(
      deliver(store.deps, { ...worker, poolId: randomUUID() }, { owner: 'ada', name: 'model' }),
    ).rejects.toMatchObject({ code: 2001 });
    await expect(deliver(store.deps, worker, { owner: 'ada', name: 'model' })).resolves.toMatchObject({
      sealedValues: {},
      providers: {},
    });
  });

  it('answers 8021 for a module that is not there', async () => {
    await expect(deliverModule(store.deps, '0'.repeat(64))).rejects.toMatchObject({ code: 8021 });
  });
});
