// Reads and writes at a fixed rate, most of them reads, beside OpenBao with one raft node on the same machine.
//
// A read is what an application does for a value. In the store it asks the worker of its machine, over a connection of its own, as `exec`
// does; the worker answers from memory while the backend's beats vouch for it. In OpenBao it is a GET of the value over a kept connection.
// A write is what an administrator does: PUT of the secret to the store's REST API, POST of the value to OpenBao. Each write to the store is
// also delivered to its worker, which opens it, keeps it for an outage and says so in a receipt, all in the time that is measured.
import { askWorker } from './helpers/ask-worker.ts';
import { withBareTable } from './helpers/bare-table.ts';
import { withBenchStore, type BenchStore } from './helpers/bench-store.ts';
import { spread } from './helpers/closed-loop.ts';
import { figure, median, percentile, sharedCores, times, type Figure } from './helpers/figures.ts';
import { openLoop } from './helpers/open-loop.ts';
import { withOpenBao, type OpenBao } from './helpers/openbao.ts';
import { expectDone, newValue } from './helpers/store-client.ts';
import { processorUse, type Role } from './processes/processor-use.ts';

const algorithms = 20;
const runsEach = 3;
/** the first seconds warm everything up */
const warmUpSeconds = 3;
const oneWriteIn = 10;
const bareConnections = 16;

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
  /** whose processor time counts */
  readonly roles: readonly Role[];
}

interface Run {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly failed: number;
  /** milliseconds a request, by who took it */
  readonly processor: Readonly<Record<Role, number>>;
}

export const run = (): Promise<readonly Figure[]> =>
  withBenchStore((store) =>
    withBareTable(store.ownerUrl, bareConnections, async ({ insert }) => {
      const ours = await storeTarget(store);
      const bare: Target = { read: async () => undefined, write: insert, roles: ['PostgreSQL'] };
      const binary = process.env.BENCH_OPENBAO;
      if (binary === undefined || binary === '') {
        const [runs = [], commits = []] = await measure([ours, bare]);
        return [sharedCores(), ...what, ...bareFigures(commits), ...figuresOf('the store', ours, runs, null), leftOut];
      }
      return withOpenBao(binary, async (openBao) => {
        const theirs = openBaoTarget(openBao);
        const [runs = [], commits = [], floor = []] = await measure([ours, bare, theirs]);
        return [
          ...[sharedCores(), ...what, ...bareFigures(commits)],
          ...figuresOf('OpenBao', theirs, floor, null),
          ...figuresOf('the store', ours, runs, floor),
        ];
      });
    }),
  );

const note = (who: string, text: string): Figure => ({ what: who, value: '', unit: '', ratio: text });

const what: readonly Figure[] = [
  note(
    'a read from the store',
    "one line to the worker's socket over a new connection, as `exec` does, answered from memory",
  ),
  note('a read from OpenBao', 'GET /v1/secret/data/NAME over a kept connection'),
  note(
    'a write to the store',
    'PUT /v1/algorithms/ID/secrets/ID, with its delivery to the worker and the receipt beside',
  ),
  note('a write to OpenBao', 'POST /v1/secret/data/NAME'),
];

const leftOut = note(
  'OpenBao: left out',
  'build OpenBao with `go build` in a checkout of it, and name the program in BENCH_OPENBAO',
);

const bareFigures = (runs: readonly Run[]): readonly Figure[] =>
  [0.5, 0.99].map((part) =>
    figure(
      `as many bare INSERTs that commit, p${part * 100}`,
      median(runs.map(({ writes }) => percentile(writes, part))),
      'ms',
      'the floor of writes',
    ),
  );

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
    roles: ['backend', 'worker', 'PostgreSQL'],
  };
};

const openBaoTarget = ({ read, write }: OpenBao): Target => ({
  read: async (index) => expectDone(await read(`secret-${index}`)),
  write: async (index) => expectDone(await write(`secret-${index}`, newValue())),
  roles: ['OpenBao'],
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

const figuresOf = (
  who: string,
  { roles }: Target,
  runs: readonly Run[],
  floor: readonly Run[] | null,
): readonly Figure[] => {
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
  const use = roles.map((role) =>
    figure(`${who}, processor time a request: ${role}`, median(runs.map(({ processor }) => processor[role])), 'ms'),
  );
  return [...rows, ...use, { what: `${who}, requests that failed`, value: String(failed), unit: '' }];
};

const loadOnce = async ({ read, write }: Target, forSeconds: number): Promise<Run> => {
  const isWrite = (index: number) => index % oneWriteIn === 0;
  const before = processorUse();
  const samples = await openLoop({
    rate,
    seconds: forSeconds,
    send: (index) => (isWrite(index) ? write(Math.floor(index / oneWriteIn) % algorithms) : read(index % algorithms)),
  });
  const timesOf = (writes: boolean) =>
    samples.filter(({ index }) => isWrite(index) === writes).map(({ milliseconds }) => milliseconds);
  const after = processorUse();
  const processor = { ...after };
  for (const role of Object.keys(after) as Role[]) processor[role] = (after[role] - before[role]) / samples.length;
  const failed = samples.filter((sample) => sample.failed).length;
  return { reads: timesOf(false), writes: timesOf(true), failed, processor };
};
