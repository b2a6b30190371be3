import { PluginFailure } from '@secret-store/plugin-host';
import type { ListedAlgorithm, SentDelivery, WorkerAlgorithmsRequest } from '@secret-store/api/schemas';
import { setHash } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { exitCode } from '../errors/exit-code.ts';
import { AlgorithmGone, BackendAway } from '../errors/resolve-failure.ts';
import { entryOf, PluginWorker } from '../testing/plugin-worker.ts';
import { algorithmId, idOf } from '../testing/signed-store.ts';
import { PoolFollower } from './follow-pool.ts';
import { type Refresh, Refreshes } from './refreshes.ts';

let worker: PluginWorker;
let follower: PoolFollower;
let told: Refresh[];
let asked: WorkerAlgorithmsRequest[];
let listed: ListedAlgorithm[];
/** ends a pause before a next try */
let pauses: (() => void)[];

beforeEach(async () => {
  worker = await PluginWorker.create();
  told = [];
  asked = [];
  pauses = [];
  const refreshes = new Refreshes();
  refreshes.subscribe((refresh) => told.push(refresh));
  const backend = {
    algorithms: async (request: WorkerAlgorithmsRequest) => {
      asked.push(request);
      const results = 'ids' in request ? listed.filter(({ algorithmId: id }) => request.ids.includes(id)) : listed;
      return { results, marker: null };
    },
  };
  const pause = (milliseconds: number): Promise<void> =>
    milliseconds < 400 ? Promise.resolve() : new Promise((resolve) => void pauses.push(resolve));
  follower = new PoolFollower({ deps: worker.dependencies(), backend, refreshes, pause });
  worker.vouched.listen(follower);
  await offer(1);
});
afterEach(async () => {
  follower.stop();
  await worker.remove();
});

const offer = async (number: number, ...secrets: Parameters<typeof worker.offer>[0]) => {
  await worker.offer(secrets.length === 0 ? [entryOf('A'), entryOf('B')] : secrets, number);
  const envelope = worker.store.signSet(secrets.length === 0 ? [entryOf('A'), entryOf('B')] : secrets, { number });
  listed = [{ algorithmId, owner: 'demo', name: 'hello', number, hash: setHash(envelope) }];
};

/** Until nothing is done any more, without waiting for next tries. */
const settled = async () => {
  await new Promise<void>((resolve) => setImmediate(resolve));
  await follower.idle();
};
/** A stream is open, and its backend does not know what changed since the last one. */
const begin = async () => {
  worker.vouched.changed(null);
  worker.vouched.beat(performance.now());
  await settled();
};
const hint = async (...ids: string[]) => {
  worker.vouched.changed(ids);
  await settled();
};

test('at the first beat a worker asks for what its pool runs, and reads what vaults have of it', async () => {
  await begin();
  expect(asked).toEqual([{ marker: null }]);
  expect(worker.reads.toSorted()).toEqual(['vault/A', 'vault/B']);
  expect(told).toMatchObject([{ algorithmId, set: { number: 1 }, changed: ['A', 'B'], failures: [] }]);
  expect(worker.dependencies().knownGood.has(algorithmId)).toBe(true);
});

test('a command then needs neither backend nor vault', async () => {
  await begin();
  const { deliveries, reads } = worker;
  const before = [deliveries, reads.length];
  expect(await worker.resolve()).toEqual({ A: 'value of vault/A', B: 'value of vault/B' });
  expect([worker.deliveries, worker.reads.length]).toEqual(before);
});

test('a changed secret is one call to its vault, and none for those that did not change', async () => {
  await begin();
  worker.reads.length = 0;
  worker.now = 300_000;
  await offer(2, entryOf('A', { version: 2 }), entryOf('B'));
  await hint(algorithmId);
  expect([worker.reads, worker.checks]).toEqual([['vault/A'], []]);
  expect(told.at(-1)).toMatchObject({ set: { number: 2 }, changed: ['A'], failures: [] });
});

test('a value that has used up a quarter of its time is looked at again, so that an outage finds it young', async () => {
  await begin();
  worker.now = 86_400_000 / 4;
  follower.lookAgain();
  await settled();
  expect(worker.checks.toSorted()).toEqual(['vault/A', 'vault/B']);
  follower.lookAgain();
  await settled();
  expect(worker.checks).toHaveLength(2);
});

test('hints that come during a refresh are one more refresh, and not one each', async () => {
  await begin();
  const before = worker.deliveries;
  let free: () => void = () => undefined;
  worker.beforeDelivery = (number) =>
    number === before + 1 ? new Promise((resolve) => void (free = resolve)) : Promise.resolve();
  worker.vouched.changed([algorithmId]);
  await vi.waitFor(() => expect(worker.deliveries).toBe(before + 1));
  for (let count = 0; count < 5; count += 1) worker.vouched.changed([algorithmId]);
  await new Promise<void>((resolve) => setImmediate(resolve));
  free();
  await settled();
  expect(worker.deliveries).toBe(before + 2);
});

describe('a set that a hint announced', () => {
  const announce = async () => {
    await begin();
    await offer(2, entryOf('A', { version: 2 }), entryOf('B'));
    worker.vouched.changed([algorithmId], listed[0]?.hash);
    await settled();
    expect([worker.deliveries, told]).toEqual([1, [expect.objectContaining({ set: expect.anything() })]]);
  };
  const content = async () => {
    const { backendCertificate, set, sealedValues, providers } = await worker.backend.delivery();
    worker.deliveries -= 1;
    return { backendCertificate, set, sealedValues, providers };
  };
  const deliver = async (sent: SentDelivery['content'] | undefined = undefined, hash = listed[0]?.hash ?? '') => {
    follower.delivered({ algorithmId, hash, content: sent === undefined ? await content() : sent });
    await settled();
  };
  const isTold = () => expect(told.at(-1)).toMatchObject({ set: { number: 2 }, changed: ['A'], failures: [] });

  test('is taken as it comes, and not asked for', async () => {
    await announce();
    await deliver();
    isTold();
    for (const end of pauses) end();
    await settled();
    expect([worker.deliveries, told.length]).toEqual([1, 2]);
  });

  test('is taken also where it comes in the same moment as its hint', async () => {
    await begin();
    await offer(2, entryOf('A', { version: 2 }), entryOf('B'));
    const sent = { algorithmId, hash: listed[0]?.hash ?? '', content: await content() };
    worker.vouched.changed([algorithmId], sent.hash);
    follower.delivered(sent);
    await settled();
    isTold();
    expect(worker.deliveries).toBe(1);
  });

  test('is waited for by a command, which asks for nothing', async () => {
    await announce();
    const resolving = worker.resolveAll();
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(worker.deliveries).toBe(1);
    await deliver();
    expect((await resolving).number).toBe(2);
    expect(worker.deliveries).toBe(1);
  });

  test.each([
    ['does not come in time', () => pauses[0]?.()],
    ['is refused', () => void follower.delivered({ algorithmId, hash: 'ab'.repeat(32), content: null })],
    ['is not the last one', () => worker.vouched.changed([algorithmId])],
  ])('makes a command ask where it %s', async (_, end) => {
    await announce();
    const resolving = worker.resolveAll();
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(worker.deliveries).toBe(1);
    end();
    expect((await resolving).number).toBe(2);
  });

  test('holds up no command where another one is announced while it is taken', async () => {
    await announce();
    const first = await content();
    let free: () => void = () => undefined;
    worker.beforeDelivery = () => new Promise((resolve) => void (free = resolve));
    follower.delivered({ algorithmId, hash: 'ab'.repeat(32), content: first });
    await new Promise<void>((resolve) => setImmediate(resolve));
    await offer(3, entryOf('A', { version: 3 }), entryOf('B'));
    worker.vouched.changed([algorithmId], listed[0]?.hash);
    await new Promise<void>((resolve) => setImmediate(resolve));
    const resolving = worker.resolveAll();
    worker.beforeDelivery = async () => undefined;
    free();
    await new Promise<void>((resolve) => setImmediate(resolve));
    follower.delivered({ algorithmId, hash: listed[0]?.hash ?? '', content: await content() });
    expect((await resolving).number).toBe(3);
  });

  test('is asked for where it does not come in time', async () => {
    await announce();
    pauses[0]?.();
    await settled();
    isTold();
    expect(worker.deliveries).toBe(2);
  });

  test.each([
    ['says that it is too large', null, undefined],
    ['names another one', undefined, 'ab'.repeat(32)],
  ])('is asked for where what comes %s', async (_, sent, hash) => {
    await announce();
    await deliver(sent, hash);
    isTold();
    expect(worker.deliveries).toBe(2);
  });

  test('counts for nothing where no hint announced it', async () => {
    await begin();
    await offer(2, entryOf('A', { version: 2 }), entryOf('B'));
    await deliver();
    expect([worker.deliveries, told.length]).toEqual([1, 1]);
  });
});

test('several unknown ids are one question', async () => {
  worker.vouched.changed([algorithmId, idOf('other')]);
  worker.vouched.changed([idOf('another')]);
  await settled();
  expect(asked).toEqual([{ ids: [algorithmId, idOf('other'), idOf('another')] }]);
  expect(told).toHaveLength(1);
});

describe('an algorithm that', () => {
  test('is gone is told, and nothing of it stays', async () => {
    await begin();
    worker.beforeDelivery = () => Promise.reject(new AlgorithmGone(exitCode.configuration, 'no such algorithm'));
    await hint(algorithmId);
    expect(told.at(-1)).toMatchObject({ set: null, changed: ['A', 'B'] });
    expect(worker.dependencies().knownGood.has(algorithmId)).toBe(false);
    expect(worker.cache.kept(algorithmId)).toEqual([]);
  });

  test('is not in the list any more is gone too, also where only an earlier process knew it', async () => {
    await begin();
    listed = [];
    worker.vouched.end();
    await begin();
    expect(told.at(-1)).toMatchObject({ set: null });
    expect(worker.dependencies().knownGood.has(algorithmId)).toBe(false);
  });

  test('cannot be read whole is told with the reason, and tried again', async () => {
    worker.getSecret = async (key) => {
      if (key === 'vault/B') throw new PluginFailure('sealed');
      return 'value';
    };
    await begin();
    const failure = { secretId: idOf('B'), reason: 'sealed' };
    expect(told).toMatchObject([{ changed: ['A'], failures: [failure] }]);
    worker.getSecret = async () => 'value';
    expect(pauses).toHaveLength(1);
    pauses[0]?.();
    await settled();
    await settled();
    expect(told.at(-1)).toMatchObject({ changed: ['B'], failures: [] });
  });

  test('was changed while the backend went away is tried again', async () => {
    await begin();
    await offer(2, entryOf('A', { version: 2 }), entryOf('B'));
    worker.beforeDelivery = () => Promise.reject(new BackendAway('no answer'));
    await hint(algorithmId);
    expect(told).toHaveLength(1);
    worker.beforeDelivery = async () => undefined;
    pauses[0]?.();
    await settled();
    await settled();
    expect(told.at(-1)).toMatchObject({ set: { number: 2 }, changed: ['A'] });
  });
});

describe('a command that was refused what is ready', () => {
  const refuse = async (reason: 'not-permitted' | 'sealed') => {
    worker.getSecret = worker.getSecretVersion = () => Promise.reject(new PluginFailure(reason));
    worker.now += 60_000;
    await expect(worker.resolveAll()).rejects.toThrow('provider');
    follower.doubt({ owner: 'demo', name: 'hello' });
    await settled();
    expect(told.at(-1)?.failures).toMatchObject([{ secretId: idOf('A'), reason }]);
  };

  test('makes the worker look, once, and say why, and that it has it again', async () => {
    // of several, the first that is refused ends the reading of the others
    await offer(1, entryOf('A'));
    await begin();
    const { getSecret } = worker;
    await refuse('not-permitted');
    const { deliveries } = worker;
    follower.doubt({ owner: 'demo', name: 'hello' });
    follower.doubt({ owner: 'demo', name: 'another' });
    await settled();
    expect(worker.deliveries).toBe(deliveries);
    worker.getSecret = getSecret;
    pauses[0]?.();
    await settled();
    await settled();
    expect(told.at(-1)?.failures).toEqual([]);
  });

  test('because its vault is away, and it may not be used meanwhile, makes the worker say that', async () => {
    await offer(1, entryOf('A', { staleSeconds: 0 }));
    await begin();
    await refuse('sealed');
  });
});

test('however many algorithms wait for their next try, Node writes no warning of it', async () => {
  const warned = vi.fn<(warning: Error) => void>();
  process.on('warning', warned);
  const results = Array.from({ length: 20 }, (_, ordinal) => ({
    ...{
      algorithmId: idOf(`algorithm-${ordinal}`),
      owner: 'demo',
      name: `failing-${ordinal}`,
      number: 1,
      hash: 'none',
    },
  }));
  const backend = { algorithms: async () => ({ results, marker: null }) };
  const waiting = new PoolFollower({ deps: worker.dependencies(), backend, refreshes: new Refreshes() });
  waiting.changed(null);
  await new Promise<void>((resolve) => setImmediate(resolve));
  await waiting.idle();
  await new Promise<void>((resolve) => setImmediate(resolve));
  waiting.stop();
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});
