// Reads and writes at a fixed rate, most of them reads, beside OpenBao with one raft node on the same machine.
import { askWorker } from './helpers/ask-worker.ts';
import { withBenchStore, type BenchStore } from './helpers/bench-store.ts';
import { spread } from './helpers/closed-loop.ts';
import { figure, median, percentile, sharedCores, times, type Figure } from './helpers/figures.ts';
import { openLoop } from './helpers/open-loop.ts';
import { withOpenBao, type OpenBao } from './helpers/openbao.ts';
import { expectDone, newValue } from './helpers/store-client.ts';

const algorithms = 20;
const runsEach = 3;
/** the first seconds warm everything up */
const warmUpSeconds = 3;
const oneWriteIn = 10;

const numberIn = (variable: string, otherwise: number): number => {
  const number = Number(process.env[variable] ?? otherwise);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${variable} must be a whole number from 1.`);
  return number;
};

const rate = numberIn('BENCH_LOAD_RATE', 100);
const seconds = numberIn('BENCH_LOAD_SECONDS', 20);

/** What is asked at a fixed rate; the index names one of the secrets. */
interface Target {
  readonly read: (index: number) => Promise<unknown>;
  readonly write: (index: number) => Promise<unknown>;
}

interface Run {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly failed: number;
}

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore(async (store) => {
    const ours = await storeTarget(store);
    const binary = process.env.BENCH_OPENBAO;
    if (binary === undefined || binary === '') {
      const [runs = []] = await measure([ours]);
      return [sharedCores(), ...figuresOf('the store', runs, null), leftOut];
    }
    return withOpenBao(binary, async (openBao) => {
      const [runs = [], floor = []] = await measure([ours, openBaoTarget(openBao)]);
      return [sharedCores(), ...figuresOf('OpenBao', floor, null), ...figuresOf('the store', runs, floor)];
    });
  });

const leftOut: Figure = {
  what: 'OpenBao: left out',
  value: '',
  unit: '',
  ratio: 'build OpenBao with `go build` in a checkout of it, and name the program in BENCH_OPENBAO',
};

const storeTarget = async ({ client, workerDirectory }: BenchStore): Promise<Target> => {
  const places = await spread(1, algorithms, async () => {
    const algorithm = await client.createAlgorithm();
    const [secretId = ''] = await client.fill(algorithm.id, 1);
    return { ...algorithm, secretId };
  });
  const placeOf = (index: number) => {
    const place = places[index];
    if (place === undefined) throw new Error(`there is no algorithm ${index}`);
    return place;
  };
  return {
    read: (index) => askWorker(workerDirectory, placeOf(index).name),
    write: async (index) => {
      const { id, secretId } = placeOf(index);
      expectDone(await client.updateSecret(id, secretId, 'V1'));
    },
  };
};

const openBaoTarget = ({ read, write }: OpenBao): Target => ({
  read: async (index) => expectDone(await read(`secret-${index}`)),
  write: async (index) => expectDone(await write(`secret-${index}`, newValue())),
});

/** The targets by turns, while the other one is at rest. Answers the runs of each. */
const measure = async (targets: readonly Target[]): Promise<readonly (readonly Run[])[]> => {
  for (const target of targets) {
    await spread(1, algorithms, target.write);
    await loadOnce(target, warmUpSeconds);
  }
  const rounds: (readonly Run[])[] = [];
  for (let round = 0; round < runsEach; round += 1) {
    const runs: Run[] = [];
    for (const target of targets) runs.push(await loadOnce(target, seconds));
    rounds.push(runs);
  }
  return targets.map((_, index) => rounds.flatMap((round) => round.slice(index, index + 1)));
};

const figuresOf = (who: string, runs: readonly Run[], floor: readonly Run[] | null): readonly Figure[] => {
  const middle = (of: readonly Run[], kind: 'reads' | 'writes', part: number) =>
    median(of.map((one) => percentile(one[kind], part)));
  const rows = (['reads', 'writes'] as const).flatMap((kind) =>
    [0.5, 0.99].map((part) => {
      const value = middle(runs, kind, part);
      const aim = part === 0.99 ? '; aim: 3' : '';
      const ratio = floor === null ? '' : `${times(value, middle(floor, kind, part), 'OpenBao')}${aim}`;
      return figure(`${who}, ${rate} requests a second, ${kind}, p${part * 100}`, value, 'ms', ratio);
    }),
  );
  const failed = runs.reduce((sum, one) => sum + one.failed, 0);
  return [...rows, { what: `${who}, requests that failed`, value: String(failed), unit: '' }];
};

const loadOnce = async ({ read, write }: Target, forSeconds: number): Promise<Run> => {
  const isWrite = (index: number) => index % oneWriteIn === 0;
  const samples = await openLoop({
    rate,
    seconds: forSeconds,
    send: (index) => (isWrite(index) ? write(Math.floor(index / oneWriteIn) % algorithms) : read(index % algorithms)),
  });
  const timesOf = (writes: boolean) =>
    samples.filter(({ index }) => isWrite(index) === writes).map(({ milliseconds }) => milliseconds);
  return { reads: timesOf(false), writes: timesOf(true), failed: samples.filter(({ failed }) => failed).length };
};
