// What `exec` adds to a command: an algorithm with 20 secrets, which its worker has in memory.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { askWorker } from './helpers/ask-worker.ts';
import { withBenchStore } from './helpers/bench-store.ts';
import { milliseconds } from './helpers/closed-loop.ts';
import { figure, median, percentile, times } from './helpers/figures.ts';
import { owner } from './helpers/store-client.ts';

export const name = 'exec';

const secrets = 20;
const runs = 60;
const aimMilliseconds = 60;
const program = path.resolve(import.meta.dirname, '../../../tools/secret-store');

type Words = readonly [string, ...string[]];

export const run = () =>
  withBenchStore(async ({ client, dataDirectory, workerDirectory }) => {
    const algorithm = await client.createAlgorithm();
    await client.fill(algorithm.id, secrets);
    const environment = { PATH: process.env.PATH, SECRET_STORE_DATA_DIR: dataDirectory };
    const execOf = (...command: Words): Words => [program, 'exec', `${owner}/${algorithm.name}`, '--', ...command];
    const start = ([first, ...words]: Words) => ended(spawn(first, words, { env: environment, stdio: 'ignore' }));
    const sandbox = await sandboxOf(spawnReading(execOf('sh', '-c', 'echo ready; read line'), environment));
    const [ofBare = [], ofNode = [], ofSandbox = [], ofAnswer = [], ofExec = []] = await inTurns(
      () => start(['true']),
      () => start([process.execPath, '-e', '0']),
      () => start([...sandbox, 'true']),
      () => expectAll(workerDirectory, algorithm.name),
      () => start(execOf('true')),
    );
    const bare = median(ofBare);
    const node = median(ofNode);
    const inSandbox = median(ofSandbox);
    const answer = median(ofAnswer);
    const floor = node + inSandbox + answer;
    const onTop = (part: number) => percentile(ofExec, part) - bare;
    return [
      figure('true alone, p50', bare, 'ms', 'the floor'),
      figure('an empty node program, p50', node, 'ms', 'what exec cannot do without'),
      figure("true in exec's sandbox, p50", inSandbox, 'ms', 'what exec cannot do without'),
      figure(`the worker's answer with ${secrets} values, p50`, answer, 'ms', 'what exec cannot do without'),
      figure(
        `exec with ${secrets} cached secrets, on top of true, p50`,
        onTop(0.5),
        'ms',
        `${times(onTop(0.5), floor, 'these three')}; aim: ${aimMilliseconds} ms`,
      ),
      figure('the same, the fastest', onTop(0), 'ms', times(onTop(0), floor, 'these three')),
      figure('the same, p90', onTop(0.9), 'ms', times(onTop(0.9), floor, 'these three')),
    ];
  });

const ended = async (child: ChildProcess): Promise<void> => {
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${String(code)}`);
};

const expectAll = async (workerDirectory: string, algorithmName: string): Promise<void> => {
  const { size } = await askWorker(workerDirectory, algorithmName);
  if (size !== secrets) throw new Error(`the worker answered ${size} values`);
};

/** They take turns, so that load on the machine affects them equally. The first turn fills caches and does not count. */
const inTurns = async (...works: readonly (() => Promise<void>)[]): Promise<readonly (readonly number[])[]> => {
  const samples: number[][] = works.map(() => []);
  for (let turn = 0; turn <= runs; turn += 1) {
    for (const [index, work] of works.entries()) {
      const time = await milliseconds(work);
      if (turn > 0) samples[index]?.push(time);
    }
  }
  return samples;
};

const spawnReading = ([first, ...words]: Words, env: NodeJS.ProcessEnv): ChildProcess =>
  spawn(first, words, { env, stdio: ['pipe', 'pipe', 'inherit'] });

/** The arguments of a running `exec`'s sandbox up to its command, without the two descriptors that only `exec` has. */
const sandboxOf = async (exec: ChildProcess): Promise<Words> => {
  if (exec.stdout === null) throw new Error('exec has no output');
  await once(exec.stdout, 'data');
  const [child] = readFileSync(`/proc/${exec.pid}/task/${exec.pid}/children`, 'utf8').split(' ');
  const words = readFileSync(`/proc/${child}/cmdline`, 'utf8').split('\0');
  exec.stdin?.end('\n');
  await ended(exec);
  const [bwrap, ...options] = words.slice(0, words.indexOf('--') + 1);
  if (bwrap === undefined) throw new Error('exec runs no sandbox');
  const descriptors = new Set(['--json-status-fd', '--seccomp', '--block-fd']);
  return [
    bwrap,
    ...options.filter((word, index) => !descriptors.has(word) && !descriptors.has(options[index - 1] ?? '')),
  ];
};
