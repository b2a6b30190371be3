// More clients than a store can serve: what they are answered, and whether the store is still seen to be alive.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { askWorker } from './helpers/ask-worker.ts';
import { withBenchStore, type BenchStore } from './helpers/bench-store.ts';
import { milliseconds, spread } from './helpers/closed-loop.ts';
import { figure, percentile, sharedCores, times, type Figure } from './helpers/figures.ts';
import type { HttpAnswer } from './helpers/http-client.ts';
import { AnswerCounts } from './helpers/answer-counts.ts';

const clients = 256;
const seconds = 15;
const restSeconds = 5;
const algorithms = 40;
const secretsEach = 5;
const operations = ['create', 'update', 'list', 'read'] as const;
/** of a hundred requests: the rest, 25, are reads */
const upTo = { create: 20, update: 50, list: 75 } as const;

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(async (store) => {
    const places = await spread(16, algorithms, async () => {
      const algorithm = await store.client.createAlgorithm();
      return { ...algorithm, secrets: await store.client.fill(algorithm.id, secretsEach) };
    });
    // Node accepts one connection in each turn of its event loop: a rush of new ones is another case
    await Promise.all(Array.from({ length: clients }, () => store.client.call('GET', '/healthz')));
    const atRest = await probeHealth(store, restSeconds);
    const health = probeHealth(store, seconds);
    const counts = await overload(store, places);
    const underLoad = await health;
    return [sharedCores(), ...answersOf(counts), ...healthOf(atRest, underLoad)];
  });

interface Place {
  readonly id: string;
  readonly name: string;
  readonly secrets: readonly string[];
}

const anyOf = <T>(items: readonly T[]): T => {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
};

type Operation = (typeof operations)[number];

const anyOperation = (): Operation => {
  const hundredth = Math.random() * 100;
  return operations.find((operation) => operation !== 'read' && hundredth < upTo[operation]) ?? 'read';
};

/** Each client sends its next request as soon as it has an answer, also after a refusal. */
const overload = async ({ client, workerDirectory }: BenchStore, places: readonly Place[]): Promise<AnswerCounts> => {
  const counts = new AnswerCounts();
  let created = 0;
  const send = (operation: Exclude<Operation, 'read'>, { id, secrets }: Place): Promise<HttpAnswer> => {
    if (operation === 'list') return client.call('GET', `/v1/algorithms/${id}/secrets`);
    const chosen = Math.floor(Math.random() * secrets.length);
    if (operation === 'update') return client.updateSecret(id, secrets[chosen] ?? '', `V${chosen + 1}`);
    created += 1;
    return client.createSecret(id, `C${created}`);
  };
  const ends = performance.now() + seconds * 1000;
  const oneClient = async (): Promise<void> => {
    while (performance.now() < ends) {
      const operation = anyOperation();
      const place = anyOf(places);
      let outcome = '';
      const took = await milliseconds(async () => {
        outcome = await (
          operation === 'read'
            ? askWorker(workerDirectory, place.name).then(() => 'resolved')
            : send(operation, place).then(outcomeOf)
        ).catch(failureOf);
      });
      counts.add(operation, outcome, took);
    }
  };
  await Promise.all(Array.from({ length: clients }, oneClient));
  return counts;
};

const outcomeOf = ({ status, headers }: HttpAnswer): string => {
  if (status !== 503) return String(status);
  return headers['retry-after'] === undefined ? '503 without Retry-After' : '503 with Retry-After';
};

const failureOf = (error: unknown): string => {
  const refused = /"exitCode":(\d+)/.exec(String(error))?.[1];
  if (refused !== undefined) return `exit code ${refused}`;
  return error instanceof Error && 'code' in error ? `no answer, ${String(error.code)}` : 'no answer';
};

const answersOf = (counts: AnswerCounts): readonly Figure[] => [
  ...operations.flatMap((operation) =>
    counts.outcomesOf(operation).map(([outcome, count]) => {
      const wrong = /^5/.test(outcome) && outcome !== '503 with Retry-After' ? 'aim: none' : '';
      return { what: `${clients} clients, ${operation}: ${outcome}`, value: String(count), unit: '', ratio: wrong };
    }),
  ),
  ...operations.map((operation) => {
    const done = counts.timesOf(operation, operation === 'read' ? 'resolved' : '200');
    return figure(`${clients} clients, ${operation} that worked, p99`, percentile(done, 0.99), 'ms');
  }),
];

const Probed = z.object({ milliseconds: z.array(z.number()), failed: z.number() });

const probeHealth = async ({ origin }: BenchStore, forSeconds: number): Promise<z.infer<typeof Probed>> => {
  // built to dist/tools/bench
  const program = path.join(import.meta.dirname, 'processes/health-probe.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, origin, String(forSeconds)]);
  return Probed.parse(JSON.parse(stdout));
};

const healthOf = (atRest: z.infer<typeof Probed>, underLoad: z.infer<typeof Probed>): readonly Figure[] => {
  const floor = percentile(atRest.milliseconds, 0.99);
  const loaded = percentile(underLoad.milliseconds, 0.99);
  return [
    figure('/healthz at rest, p99', floor, 'ms', 'the floor'),
    figure(`/healthz beside ${clients} clients, p99`, loaded, 'ms', `${times(loaded, floor, 'at rest')}; aim: 100 ms`),
    { what: '/healthz that failed', value: String(atRest.failed + underLoad.failed), unit: '', ratio: 'aim: none' },
  ];
};
