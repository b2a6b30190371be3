import type { Envelope, WorkerDelivery, WorkerDeliveryAnswer, WorkerDeliveryRequest } from '@secret-store/api/schemas';
import { activationHash, setHash } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure, WorkerNotAccepted } from '../errors/resolve-failure.ts';
import { inForce } from '../testing/offered-provider.ts';
import { place } from '../testing/plugin-worker.ts';
import { createResolvingWorker, type ResolvingWorker } from '../testing/resolving/resolving-worker.ts';
import { algorithmId, idOf, type SignedStore } from '../testing/signed-store.ts';
import type { ResolveDependencies } from './accepting/resolve-dependencies.ts';
import { resolveEnvironment } from './resolve-environment.ts';

const request = { owner: 'demo', name: 'hello' };
let worker: ResolvingWorker;
let store: SignedStore;
let deps: ResolveDependencies;
let answer: (about: WorkerDeliveryRequest) => WorkerDeliveryAnswer;
let asked: WorkerDeliveryRequest[];

beforeEach(async () => {
  asked = [];
  worker = await createResolvingWorker(async (about) => {
    asked.push(about);
    return answer(about);
  });
  ({ store, deps } = worker);
});

afterEach(() => worker.remove());

const resolve = async (about = request) => (await resolveEnvironment(deps, about)).environment;
const delivery = async (value: string, version: number): Promise<WorkerDelivery> =>
  store.delivery([await store.internalValue('PASSWORD', value, { version })], { number: version });

const unchanged = (set: Envelope, about: { algorithmId?: string; epoch?: Envelope } = {}): WorkerDeliveryAnswer => ({
  unchanged: { algorithmId: about.algorithmId ?? algorithmId, set: setHash(set) },
  epoch: about.epoch ?? null,
});

/** The worker has resolved this and tells so from then on. */
const hold = async (value = 'a value', version = 1): Promise<WorkerDelivery> => {
  const sent = await delivery(value, version);
  answer = () => sent;
  await resolve();
  return sent;
};

const expectRefusal = async (message: string) =>
  expect(resolve()).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining(message) });

test('what the backend says has not changed is read from what was sent before', async () => {
  const { set } = await hold();
  answer = () => unchanged(set);
  expect(await resolve()).toEqual({ PASSWORD: 'a value' });
  expect(asked.map(({ held }) => held)).toEqual([undefined, { set: setHash(set), activations: {} }]);
});

test('what the backend sends in its place counts, and is what is held from then on', async () => {
  await hold();
  const newer = await hold('another', 2);
  answer = () => unchanged(newer.set);
  expect(await resolve()).toEqual({ PASSWORD: 'another' });
});

describe('word that nothing changed is refused', () => {
  test('where nothing is held', async () => {
    const { set } = await delivery('a value', 1);
    answer = () => unchanged(set);
    await expectRefusal('does not hold');
  });

  test('of another algorithm', async () => {
    const { set } = await hold();
    answer = () => unchanged(set, { algorithmId: idOf('another') });
    await expectRefusal('does not hold');
  });

  test('of an older set than the one that is held', async () => {
    const older = await hold();
    await hold('another', 2);
    answer = () => unchanged(older.set);
    await expectRefusal('does not hold');
  });

  test('of a set under the name of another algorithm', async () => {
    const { set } = await hold();
    answer = () => unchanged(set);
    await expect(resolve({ owner: 'demo', name: 'other' })).rejects.toThrow('does not hold');
  });

  test('of a set that a restore has undone', async () => {
    const { set } = await hold('another', 2);
    const epoch = store.signRestore({ epoch: 7, sets: [{ algorithmId, number: 1, hash: '00'.repeat(32) }] });
    answer = () => unchanged(set, { epoch });
    await expect(resolve()).rejects.toMatchObject({ exitCode: 69 });
  });
});

describe('nothing is held', () => {
  test('of what could not be read whole', async () => {
    const sent = await delivery('a value', 1);
    answer = () => ({ ...sent, sealedValues: {} });
    await expectRefusal('left out');
    answer = () => sent;
    expect(await resolve()).toEqual({ PASSWORD: 'a value' });
    expect(asked.map(({ held }) => held)).toEqual([undefined, undefined]);
  });

  test('after a refusal of the algorithm', async () => {
    const { set } = await hold();
    answer = () => {
      throw new ResolveFailure(exitCode.noPermission, 'not in this pool');
    };
    await expect(resolve()).rejects.toThrow('not in this pool');
    answer = () => unchanged(set);
    await expectRefusal('does not hold');
  });

  test('by a worker that is not accepted any more, of any algorithm, nor values of plugins', async () => {
    const { set } = await hold();
    const read = { key: 'key', secretId: idOf('A'), secretVersion: 1, value: 'a value', ttlSeconds: 0 };
    deps.cache.put(algorithmId, read);
    answer = () => {
      throw new WorkerNotAccepted('this worker was revoked');
    };
    await expect(resolve({ owner: 'demo', name: 'other' })).rejects.toMatchObject({ exitCode: 77 });
    expect(deps.cache.get(algorithmId, 'key')).toBeUndefined();
    answer = () => unchanged(set);
    await expectRefusal('does not hold');
  });
});

test('the backend is told which activations are held', async () => {
  const base = await store.configuration(place, { mode: 'x' });
  const provider = inForce(store, { base }, { providerId: place.providerId, number: 3 });
  const { set, ...sent } = await delivery('a value', 1);
  answer = () => ({ ...sent, set, providers: { [place.providerId]: provider } });
  await resolve();
  await resolve();
  expect(asked[1]?.held?.activations).toEqual({ [place.providerId]: activationHash(provider.activation) });
});
