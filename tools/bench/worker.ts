// What the worker's answer to `exec` takes for an algorithm with many secrets, which it holds. What it takes until it holds them stands in
// `delivery` and `sealing`.
import { askWorker } from './helpers/ask-worker.ts';
import { type BenchStore, withBenchStore } from './helpers/bench-store.ts';
import { spread, timesOf } from './helpers/closed-loop.ts';
import { figure, median, percentile, sharedCores, times, type Figure } from './helpers/figures.ts';

const algorithms = 20;
const secretsEach = 500;
/** more would be refused, as all imports of so many values wait for each other */
const clients = 2;

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(async (store) => {
    const [small, large] = [await fill(store, 1), await fill(store, secretsEach)];
    const floor = median(await answers(store, small, 1));
    const first = await answers(store, large, secretsEach);
    const again = await answers(store, large, secretsEach);
    const beside = (taken: number): string => times(taken, floor, 'with 1 value');
    return [
      sharedCores(),
      figure("exec's answer with 1 value, the first time, p50", floor, 'ms', 'the floor'),
      figure(
        `exec's answer with ${secretsEach} values, the first time, p50`,
        median(first),
        'ms',
        `${beside(median(first))}; aim: 300 ms`,
      ),
      figure('the same, the slowest', percentile(first, 1), 'ms', beside(percentile(first, 1))),
      figure('the same again, p50', median(again), 'ms', beside(median(again))),
    ];
  });

/** @returns the names of algorithms with so many secrets each */
const fill = ({ client }: BenchStore, secrets: number): Promise<readonly string[]> =>
  spread(clients, algorithms, async () => {
    const algorithm = await client.createAlgorithm();
    await client.fill(algorithm.id, secrets);
    return algorithm.name;
  });

const answers = (
  { workerDirectory }: BenchStore,
  names: readonly string[],
  secrets: number,
): Promise<readonly number[]> =>
  timesOf(algorithms, async (index) => {
    const { size } = await askWorker(workerDirectory, names[index] ?? '');
    if (size !== secrets) throw new Error(`the worker answered ${size} values`);
  });
