import type { WorkerDelivery } from '@secret-store/api/schemas';
import { signEnvelope } from '@secret-store/sealing/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createResolvingWorker, type ResolvingWorker } from '../../testing/resolving/resolving-worker.ts';
import { algorithmId, idOf, type SignedStore } from '../../testing/signed-store.ts';
import { acceptDelivery } from './accept-delivery.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';

const request = { owner: 'demo', name: 'hello' };
const other = idOf('another pool');
let worker: ResolvingWorker;
let store: SignedStore;
let deps: ResolveDependencies;
let sent: WorkerDelivery;

beforeEach(async () => {
  worker = await createResolvingWorker(async () => sent);
  ({ store, deps } = worker);
});
afterEach(() => worker.remove());

const offer = (pools: string[], number = 1): WorkerDelivery => store.delivery([], { pools, number });

/** A set as backends signed it before sets had pools. */
const offerWithoutPools = (number = 1): WorkerDelivery => {
  const set = { algorithmId, ...request, number, previous: null, secrets: [] };
  const envelope = signEnvelope('application/vnd.secret-store.set.v2+json', set, store.signer);
  return { ...store.delivery([], { number }), set: envelope };
};

const inPool = (id: string, isFirst: boolean): ResolveDependencies => ({
  ...deps,
  keys: { ...deps.keys, pool: { id, isFirst } },
});

const accepted = (of = deps) => acceptDelivery(of, request).then(({ set }) => set.number);
const refused = { exitCode: 77, message: "the algorithm does not run in this worker's pool" };

describe('a worker takes a set that names its pool', () => {
  test('at any place', async () => {
    sent = offer([store.poolId, other], 1);
    expect(await accepted()).toBe(1);
    sent = offer([other, store.poolId], 2);
    expect(await accepted()).toBe(2);
  });

  test('and no set that names other pools alone', async () => {
    sent = offer([other]);
    await expect(accepted()).rejects.toMatchObject(refused);
  });

  test('and not the set of before, once it has seen that its pool was taken away', async () => {
    sent = offer([store.poolId, other], 1);
    expect(await accepted()).toBe(1);
    const before = sent;
    sent = offer([other], 2);
    await expect(accepted()).rejects.toMatchObject(refused);
    sent = before;
    await expect(accepted()).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining('older') });
  });

  test('and not a set to which somebody else added the pool', async () => {
    const { set, ...rest } = offer([other]);
    const payload: unknown = JSON.parse(Buffer.from(set.payload, 'base64url').toString());
    const edited = { ...Object(payload), pools: [other, store.poolId] };
    sent = { ...rest, set: { ...set, payload: Buffer.from(JSON.stringify(edited)).toString('base64url') } };
    await expect(accepted()).rejects.toMatchObject({ exitCode: 69 });
  });
});

describe('a set from before pools', () => {
  test("is taken by a worker of the store's first pool", async () => {
    sent = offerWithoutPools();
    expect(await accepted()).toBe(1);
  });

  test('is refused by a worker of another pool', async () => {
    sent = offerWithoutPools();
    await expect(accepted(inPool(other, false))).rejects.toMatchObject(refused);
  });

  test('is refused, also in the first pool, once a set with pools was seen', async () => {
    sent = offer([other], 2);
    await expect(accepted()).rejects.toMatchObject(refused);
    sent = offerWithoutPools(1);
    await expect(accepted()).rejects.toMatchObject({ exitCode: 69 });
  });
});
