import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Envelope, WorkerDelivery, WorkerDeliveryAnswer, WorkerDeliveryRequest } from '@secret-store/api/schemas';
import { activationHash, setHash } from '@secret-store/sealing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeldDeliveries } from '../cache/held-deliveries.ts';
import { PluginValueCache } from '../cache/plugin-value-cache.ts';
import { VouchedDeliveries } from '../cache/vouched-deliveries.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure, WorkerNotAccepted } from '../errors/resolve-failure.ts';
import { readWorkerKeys } from '../keys/read-worker-keys.ts';
import { HighWaterMarks } from '../state/high-water-marks.ts';
import { inForce } from '../testing/offered-provider.ts';
import { place } from '../testing/plugin-worker.ts';
import { keptState } from '../testing/kept-state.ts';
import { algorithmId, idOf, SignedStore } from '../testing/signed-store.ts';
import { ProviderTurns } from '../configuration/provider-turns.ts';
import type { ResolveDependencies } from './accepting/resolve-dependencies.ts';
import { resolveEnvironment } from './resolve-environment.ts';

const request = { owner: 'demo', name: 'hello' };
let directory: string;
let store: SignedStore;
let deps: ResolveDependencies;
let answer: (about: WorkerDeliveryRequest) => WorkerDeliveryAnswer;
let asked: WorkerDeliveryRequest[];

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-unchanged-'));
  store = await SignedStore.create(directory);
  asked = [];
  const keys = await readWorkerKeys(directory, null);
  deps = {
    backend: {
      delivery: async (about) => {
        asked.push(about);
        return answer(about);
      },
      module: async () => ({ bytes: new Uint8Array(), signature: null }),
    },
    keys,
    trustedKeys: [],
    marks: await HighWaterMarks.open({ directory: path.join(directory, 'state'), root: store.root }),
    plugins: {
      provider: async () => {
        throw new Error('no plugin in these tests');
      },
    },
    held: new HeldDeliveries(),
    vouched: new VouchedDeliveries(),
    cache: new PluginValueCache(),
    turns: new ProviderTurns(),
    ...(await keptState(directory, keys)),
    log: pino({ level: 'silent' }),
  };
});

afterEach(async () => {
  await deps.knownGood.ended();
  await deps.marks.kept();
  rmSync(directory, { recursive: true });
});

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
