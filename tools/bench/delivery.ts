// From the commit of a changed value to the workers that are ready with it, beside a bare NOTIFY; and a worker that holds nothing yet.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type BenchStore, withBenchStore } from './helpers/bench-store.ts';
import { milliseconds, spread } from './helpers/closed-loop.ts';
import { figure, median, percentile, sharedCores, times, type Figure } from './helpers/figures.ts';
import { JoinedWorkers } from './helpers/joined-workers.ts';
import { notifyRoundTrips } from './helpers/notify-round-trip.ts';
import { expectDone } from './helpers/store-client.ts';

const algorithms = 50;
const secretsEach = 20;
const updates = Number(process.env.BENCH_DELIVERY_UPDATES ?? 100);
const workerCounts = (process.env.BENCH_DELIVERY_WORKERS ?? '1,10,50').split(',').map(Number);
const coldAlgorithms = 20;
const coldSecretsEach = 500;
const clients = 2;
/** so that looking does not slow down what is looked at */
const lookEachMilliseconds = 200;
/** of workers that have machines of their own */
const otherStreams = 49;

const Delivery = z.object({
  version: z.int(),
  workers: z.array(z.object({ state: z.string(), milliseconds: z.number().nullable() })),
});

interface Place {
  readonly algorithmId: string;
  readonly secretId: string;
  readonly variable: string;
}

export const run = async (): Promise<readonly Figure[]> => [
  sharedCores(),
  ...(await withBenchStore(measureCold)),
  ...(await withBenchStore(measureBesideStreams)),
  ...(await withBenchStore(measureChanges)),
];

/** Where workers have machines of their own, one that is measured here shares only what the backend does for the others. */
const measureBesideStreams = async (store: BenchStore): Promise<Figure[]> => {
  const [roundTrips, places] = [
    await notifyRoundTrips(store.ownerUrl, updates),
    await fill(store, algorithms, secretsEach),
  ];
  const others = new JoinedWorkers(store);
  await others.growTo(1);
  await others.end();
  const streams = await others.openStreams(0, otherStreams);
  try {
    return await measureUpdates(store, places, {
      count: 1,
      floor: median(roundTrips),
      name: `1 worker beside ${otherStreams} streams`,
    });
  } finally {
    streams.disconnect();
  }
};

const measureChanges = async (store: BenchStore): Promise<Figure[]> => {
  const roundTrips = await notifyRoundTrips(store.ownerUrl, updates);
  const places = await fill(store, algorithms, secretsEach);
  const workers = new JoinedWorkers(store);
  try {
    const figures: Figure[] = [
      figure('NOTIFY from one connection to another, p50', median(roundTrips), 'ms', 'the floor'),
      figure('NOTIFY, p99', percentile(roundTrips, 0.99), 'ms'),
    ];
    for (const count of workerCounts) {
      // the store has one of its own
      await workers.growTo(count - 1);
      figures.push(
        ...(await measureUpdates(store, places, { count, floor: median(roundTrips), name: `${count} workers` })),
      );
    }
    return figures;
  } finally {
    await workers.end();
  }
};

/** @returns one secret of each algorithm */
const fill = ({ client }: BenchStore, count: number, each: number): Promise<readonly Place[]> =>
  spread(clients, count, async () => {
    const { id } = await client.createAlgorithm();
    const [secretId = ''] = await client.fill(id, each);
    return { algorithmId: id, secretId, variable: 'V1' };
  });

const measureUpdates = async (
  store: BenchStore,
  places: readonly Place[],
  { count, floor, name }: { readonly count: number; readonly floor: number; readonly name: string },
): Promise<Figure[]> => {
  for (const place of places) await untilReady(store, place, count);
  const taken: number[] = [];
  for (let update = 0; update < updates; update += 1) {
    const place = places[update % places.length];
    if (place === undefined) throw new Error('there are no algorithms');
    expectDone(await store.client.updateSecret(place.algorithmId, place.secretId, place.variable));
    await delay(lookEachMilliseconds);
    taken.push(...(await untilReady(store, place, count)));
  }
  const p99 = percentile(taken, 0.99);
  return [
    figure(`update to ready, ${name}, p50`, median(taken), 'ms', times(median(taken), floor, 'NOTIFY')),
    figure(`update to ready, ${name}, p99`, p99, 'ms', `${times(p99, floor, 'NOTIFY')}; aim: 100 ms`),
  ];
};

/** @returns from the commit to each worker's word, in milliseconds, once all are ready */
const untilReady = async (store: BenchStore, place: Place, workers: number): Promise<readonly number[]> => {
  const { algorithmId, secretId } = place;
  for (;;) {
    const answer = await store.client.call('GET', `/v1/algorithms/${algorithmId}/secrets/${secretId}/delivery`);
    const told = Delivery.parse(JSON.parse(expectDone(answer).body)).workers;
    const ready = told.filter(({ state }) => state === 'ready');
    if (ready.length >= workers) return ready.flatMap(({ milliseconds: taken }) => (taken === null ? [] : [taken]));
    await delay(lookEachMilliseconds);
  }
};

/** A worker that joins is ready with all that its pool runs. */
const measureCold = async (store: BenchStore): Promise<Figure[]> => {
  const places = await fill(store, coldAlgorithms, coldSecretsEach);
  for (const place of places) await untilReady(store, place, 1);
  const workers = new JoinedWorkers(store);
  try {
    const joined = await milliseconds(() => workers.growTo(1));
    const taken = await milliseconds(async () => {
      for (const place of places) await untilReady(store, place, 2);
    });
    const secrets = coldAlgorithms * coldSecretsEach;
    return [
      figure('a worker starts and joins', joined, 'ms'),
      figure(`${secrets} secrets are ready on it after that`, taken, 'ms', 'aim: 4000 ms'),
    ];
  } finally {
    await workers.end();
  }
};
