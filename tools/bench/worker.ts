// What the worker's answer to `exec` takes for an algorithm with many secrets, and how fast a worker opens many values.
import { diffieHellman, generateKeyPairSync } from 'node:crypto';
import { askWorker } from './helpers/ask-worker.ts';
import { withBenchStore } from './helpers/bench-store.ts';
import { milliseconds, spread, timesOf } from './helpers/closed-loop.ts';
import { figure, median, percentile, sharedCores, times, type Figure } from './helpers/figures.ts';

const algorithms = 20;
const secretsEach = 500;
const values = algorithms * secretsEach;
const clients = 16;

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(async ({ client, workerDirectory }) => {
    const names = await spread(clients, algorithms, async () => {
      const algorithm = await client.createAlgorithm();
      await client.fill(algorithm.id, secretsEach);
      return algorithm.name;
    });
    const ask = async (algorithmName: string): Promise<void> => {
      const { size } = await askWorker(workerDirectory, algorithmName);
      if (size !== secretsEach) throw new Error(`the worker answered ${size} values`);
    };
    const { privateKey, publicKey } = generateKeyPairSync('x25519');
    const floor = await milliseconds(async () => {
      for (let value = 0; value < values; value += 1) diffieHellman({ privateKey, publicKey });
    });
    // no algorithm was asked for before: the backend delivers each
    const first = await timesOf(algorithms, (index) => ask(names[index] ?? ''));
    // all deliveries are held: what is left is to open
    const again = await timesOf(algorithms, (index) => ask(names[index] ?? ''));
    const opened = sum(again);
    const delivered = sum(first);
    const each = floor / algorithms;
    return [
      sharedCores(),
      figure(`X25519 alone, ${values} times`, floor, 'ms', 'the floor'),
      figure(`a worker opens ${values} values`, opened, 'ms', `${times(opened, floor, 'X25519')}; aim: 4000 ms`),
      figure('the same with their deliveries, one after the other', delivered, 'ms', times(delivered, floor, 'X25519')),
      figure(
        `exec's answer with ${secretsEach} values, the first time, p50`,
        median(first),
        'ms',
        `${times(median(first), each, 'X25519')}; aim: 300 ms`,
      ),
      figure('the same, the slowest', percentile(first, 1), 'ms', times(percentile(first, 1), each, 'X25519')),
      figure('the same again, p50', median(again), 'ms', times(median(again), each, 'X25519')),
    ];
  });

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
