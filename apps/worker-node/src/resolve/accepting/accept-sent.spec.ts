import type { FreshDelivery } from '@secret-store/api/schemas';
import { setHash } from '@secret-store/sealing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStranger, PluginWorker } from '../../testing/plugin-worker.ts';
import { algorithmId, idOf, type InternalValue, type SignedStore } from '../../testing/signed-store.ts';
import { resolveEnvironment } from '../resolve-environment.ts';
import { acceptSent } from './accept-sent.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';

const request = { owner: 'demo', name: 'hello' };

let worker: PluginWorker;
let deps: ResolveDependencies;
let asked: number;
let kept: InternalValue;
let first: InternalValue;
let second: InternalValue;

beforeEach(async () => {
  worker = await PluginWorker.create();
  asked = 0;
  kept = await worker.store.internalValue('KEPT', 'the kept one');
  first = await worker.store.internalValue('CHANGED', 'the first');
  second = await worker.store.internalValue('CHANGED', 'the second', { version: 2 });
  const answer = worker.store.delivery([kept, first]);
  const delivery = async () => {
    asked += 1;
    return answer;
  };
  deps = { ...worker.dependencies(), backend: { ...worker.backend, delivery } };
  worker.vouched.beat(0);
  await read();
});
afterEach(() => worker.remove());

const read = async () => (await resolveEnvironment(deps, request)).environment;

/** What comes with the second set: the changed value alone. */
const fresh = (
  store: SignedStore = worker.store,
  changes: Parameters<SignedStore['signSet']>[1] = {},
): FreshDelivery => ({
  backendCertificate: store.certificate,
  set: store.signSet([kept.entry, second.entry], { number: 2, ...changes }),
  sealedValues: { [second.entry.secretId]: second.record },
  providers: {},
});

const take = (content: FreshDelivery | null, hash: string) => acceptSent(deps, request, { algorithmId, hash, content });

/** Names it in a hint, and sends it. */
const send = (content: FreshDelivery) => {
  const hash = setHash(content.set);
  worker.vouched.changed([algorithmId], hash);
  return take(content, hash);
};

test('what came is in force beside what is held, and the backend is not asked', async () => {
  const accepted = await send(fresh());
  expect(accepted?.set.number).toBe(2);
  if (accepted) deps.held.keep(request, accepted);
  expect(await read()).toEqual({ KEPT: 'the kept one', CHANGED: 'the second' });
  expect(asked).toBe(1);
});

test('it counts only as long as the hint that named it is the last one of the algorithm', async () => {
  const content = fresh();
  const hash = setHash(content.set);
  const { vouched } = worker;
  const others: (() => void)[] = [
    () => undefined,
    () => vouched.changed([algorithmId], 'ab'.repeat(32)),
    () => vouched.changed([algorithmId]),
    () => vouched.changed(null),
    () => vouched.end(),
  ];
  for (const other of others) {
    if (other !== others[0]) vouched.changed([algorithmId], hash);
    other();
    expect(await take(content, hash)).toBeNull();
  }
  expect(await send(content)).not.toBeNull();
});

test('a hint that comes while it is taken makes the worker ask', async () => {
  const content = fresh();
  const taking = send(content);
  worker.vouched.changed(null);
  const accepted = await taking;
  expect(accepted && deps.vouched.isNewest(accepted)).toBe(false);
});

test('the hint has to name this very set', async () => {
  worker.vouched.changed([algorithmId], 'ab'.repeat(32));
  expect(await take(fresh(), 'ab'.repeat(32))).toBeNull();
});

test.each([
  ['signed by another store', async () => fresh(await createStranger())],
  ['of an algorithm of another name', () => fresh(worker.store, { name: 'another' })],
  ['for another pool', () => fresh(worker.store, { pools: [idOf('another pool')] })],
  ['without a value that came with the set', () => ({ ...fresh(), sealedValues: {} })],
])('one that is %s is not taken: the backend is asked', async (_, make) => {
  expect(await send(await make())).toBeNull();
  expect(deps.held.find(request)?.set.number).toBe(1);
});

test('one that is older than what this worker has seen is not taken', async () => {
  const content = fresh();
  const third = { ...fresh(worker.store, { number: 3 }) };
  const accepted = await send(third);
  if (accepted) deps.held.keep(request, accepted);
  expect(await send(content)).toBeNull();
});

test('where more than one set was missed, what came before is missing, and the backend is asked', async () => {
  const another = await worker.store.internalValue('CAME_BEFORE', 'a value');
  worker.store.signSet([kept.entry, first.entry, another.entry], { number: 2 });
  const set = worker.store.signSet([kept.entry, second.entry, another.entry], { number: 3 });
  expect(await send({ ...fresh(), set })).toBeNull();
});

test('where nothing is held, or nothing is sent, the backend is asked', async () => {
  const content = fresh();
  const hash = setHash(content.set);
  worker.vouched.changed([algorithmId], hash);
  expect(await take(null, hash)).toBeNull();
  deps.held.drop(request);
  expect(await take(content, hash)).toBeNull();
});
