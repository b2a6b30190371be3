// Time to join, and what workers at rest cost a backend. Each worker is a process of its own, started from `dist/worker`.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type BenchStore, withBenchStore } from './helpers/bench-store.ts';
import { type Figure, figure, median, percentile, sharedCores, times } from './helpers/figures.ts';
import { backendLoad } from './processes/backend-load.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const timedJoins = 10;
const workersMaximum = Number(process.env.BENCH_WORKERS ?? 100);
const restMilliseconds = 20_000;
/** As many start side by side as the machine can serve at once. */
const together = 4;

interface RunningWorker {
  readonly child: ChildProcess;
  readonly directory: string;
  /** from its start to its first answer on its socket, in milliseconds */
  readonly milliseconds: number;
}

export const run = async (): Promise<Figure[]> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'secret-store-bench-fleet-'));
  try {
    return await withBenchStore((store) => measure(store, directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const measure = async (store: BenchStore, directory: string): Promise<Figure[]> => {
  const token = invite(store);
  const workers: RunningWorker[] = [];
  const start = (index: number) => startWorker(store, path.join(directory, String(index)), token);
  try {
    const alone = await backendLoad(restMilliseconds);
    for (let index = 0; index < timedJoins; index += 1) workers.push(await start(index));
    const joins = workers.map(({ milliseconds }) => milliseconds);
    const starts: number[] = [];
    for (const [index, worker] of workers.entries()) {
      await stop(worker);
      const again = await start(index);
      starts.push(again.milliseconds);
      workers[index] = again;
    }
    while (workers.length < workersMaximum) {
      const next = Array.from({ length: Math.min(together, workersMaximum - workers.length) }, (_, offset) =>
        start(workers.length + offset),
      );
      workers.push(...(await Promise.all(next)));
    }
    await delay(restMilliseconds);
    const crowded = await backendLoad(restMilliseconds);
    const joined = `${workers.length + 1} workers`;
    return [
      figure(
        'join, p50',
        median(joins),
        'ms',
        times(median(joins), median(starts), 'a start of a worker that has joined'),
      ),
      figure('join, p90', percentile(joins, 0.9), 'ms'),
      figure('backend at rest, 1 worker', alone.processorPercent, '%'),
      figure(`backend at rest, ${joined}`, crowded.processorPercent, '%', 'of one core'),
      figure('memory of the backend, 1 worker', alone.residentMebibytes, 'MiB'),
      figure(`memory of the backend, ${joined}`, crowded.residentMebibytes, 'MiB'),
      sharedCores(),
    ];
  } finally {
    await Promise.all(workers.map(stop));
  }
};

const invite = ({ dataDirectory }: BenchStore): string =>
  execFileSync(path.join(root, 'tools/secret-store'), ['invite', '--uses', String(workersMaximum), '--ttl', '1h'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, SECRET_STORE_DATA_DIR: dataDirectory },
    encoding: 'utf8',
  }).trim();

const startWorker = async ({ origin }: BenchStore, directory: string, token: string): Promise<RunningWorker> => {
  const begun = performance.now();
  const words = ['worker', '--url', origin, '--join', '-', '--name', path.basename(directory)];
  const child = spawn(path.join(root, 'dist/worker/secret-store'), words, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, SECRET_STORE_WORKER_DIRECTORY: directory },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.end(`${token}\n`);
  let last = '';
  for await (const line of createInterface({ input: child.stderr })) {
    last = line;
    if (!line.includes('"msg":"ready"')) continue;
    child.stderr.resume();
    return { child, directory, milliseconds: performance.now() - begun };
  }
  throw new Error(`a worker did not start: ${last}`);
};

const stop = async ({ child }: RunningWorker): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
};
