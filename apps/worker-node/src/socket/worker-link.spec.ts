import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Refreshes } from '../following/refreshes.ts';
import { RunningProcesses } from '../processes/running-processes.ts';
import type { ResolvedAlgorithm } from '../resolve/resolve-environment.ts';
import { answerResolve } from './answer-resolve.ts';
import { requestEnvironment } from './request-environment.ts';
import type { ChangeLine } from './resolve-protocol.ts';
import { serveSocket, type SocketServer } from './serve-socket.ts';
import { WorkerLink } from './worker-link.ts';

let directory: string;
let server: SocketServer;
let refreshes: Refreshes;
let processes: RunningProcesses;
let links: WorkerLink[];
let lines: unknown[];
let resolve: () => Promise<ResolvedAlgorithm>;
let changes: ChangeLine[];

const resolved = (number: number, versions: Record<string, number>): ResolvedAlgorithm => ({
  algorithmId: 'algorithm',
  number,
  versions,
  environment: Object.fromEntries(Object.keys(versions).map((name) => [name, `the value of ${name}`])),
  staleSeconds: null,
});

/** A worker that has just started. */
const start = async (stayingMaximum = 10): Promise<void> => {
  refreshes = new Refreshes();
  processes = new RunningProcesses();
  const options = { resolve: () => resolve(), refreshes, processes, strict: false, log: pino({ level: 'silent' }) };
  server = await serveSocket(directory, {
    answer: async (line, caller) => {
      lines.push(JSON.parse(line));
      return answerResolve(options, line, caller);
    },
    refusal: '',
    connectionsMaximum: 2,
    stayingMaximum,
  });
};

const started = '2026-11-27T03:00:00.000Z';
const link = (more: Partial<ConstructorParameters<typeof WorkerLink>[0]> = {}) => {
  const made = new WorkerLink({
    workerDirectory: directory,
    owner: 'demo',
    name: 'hello',
    process: { kind: 'exec', started },
    asking: { pause: async () => new Promise(setImmediate) },
    ...more,
  });
  links.push(made);
  return made;
};
const watching = () => link({ changed: (change) => changes.push(change) });
const refresh = (number: number | null, changed: string[], name = 'hello') =>
  refreshes.tell({
    ...{ algorithmId: 'algorithm', owner: 'demo', name, changed, failures: [] },
    set: number === null ? null : { number, hash: '' },
  });
const numbers = () => processes.list().map(({ kind, number }) => [kind, number]);

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-link-'));
  links = [];
  lines = [];
  changes = [];
  resolve = async () => resolved(4, { A: 1, B: 2 });
  await start();
});

afterEach(async () => {
  for (const made of links) made.close();
  await server.close();
  rmSync(directory, { recursive: true });
});

test('a command is known to the worker as long as its connection lasts, with the set whose values it has', async () => {
  const made = link();
  expect(await made.open()).toMatchObject({
    number: 4,
    environment: { A: 'the value of A' },
    versions: { A: 1, B: 2 },
  });
  const [process] = processes.list();
  expect(process).toMatchObject({ algorithmId: 'algorithm', kind: 'exec', number: 4, started });
  made.moveTo({ number: 5, versions: { A: 2, B: 2 } });
  await expect.poll(numbers).toEqual([['exec', 5]]);
  expect(processes.list()[0]?.id).toBe(process?.id);
  made.close();
  await expect.poll(numbers).toEqual([]);
});

test('a caller that names no command and does not watch is not kept', async () => {
  expect(await requestEnvironment(directory, { owner: 'demo', name: 'hello' })).toMatchObject({ number: 4 });
  expect(numbers()).toEqual([]);
});

test('a caller that watches is told of changes to its own algorithm, once for each set', async () => {
  await watching().open();
  refresh(5, ['A'], 'other');
  refresh(4, ['A', 'B']);
  refresh(5, []);
  refresh(6, ['A']);
  refresh(6, ['A']);
  refresh(null, ['A', 'B']);
  await expect.poll(() => changes).toHaveLength(2);
  expect(changes).toEqual([
    { number: 6, changed: ['A'] },
    { number: null, changed: ['A', 'B'] },
  ]);
});

test('a change that comes while the values are read is told, unless the values have it', async () => {
  resolve = async () => {
    refresh(4, ['A']);
    refresh(5, ['B']);
    return resolved(4, { A: 1, B: 2 });
  };
  await watching().open();
  await expect.poll(() => changes).toEqual([{ number: 5, changed: ['B'] }]);
});

test('a refusal ends the watch', async () => {
  resolve = async () => {
    throw new Error('the vault is away');
  };
  expect(await watching().open()).toMatchObject({ exitCode: 69 });
  refresh(5, ['A']);
  expect(numbers()).toEqual([]);
  expect(changes).toEqual([]);
});

test('after a restart of the worker the command is known again, gets no values, and hears what changed meanwhile', async () => {
  const made = watching();
  await made.open();
  await server.close();
  resolve = async () => resolved(7, { A: 1, B: 3, C: 1 });
  await start();
  await expect.poll(() => changes).toEqual([{ number: 7, changed: ['B', 'C'] }]);
  expect(numbers()).toEqual([['exec', 4]]);
  expect(lines.at(-1)).toEqual({
    owner: 'demo',
    name: 'hello',
    process: { kind: 'exec', started, number: 4 },
    watch: true,
  });
  expect(
    await requestEnvironment(directory, {
      owner: 'demo',
      name: 'hello',
      process: { kind: 'exec', started, number: 4 },
    }),
  ).toEqual({ number: 7, environment: {}, versions: { A: 1, B: 3, C: 1 }, staleSeconds: null, strict: false });
});

test('a restart of the worker without a change tells nothing', async () => {
  await watching().open();
  await server.close();
  await start();
  await expect.poll(numbers).toEqual([['exec', 4]]);
  expect(changes).toEqual([]);
});

test('callers that stay keep nobody from an answer, and where there is no room for more of them the answer comes all the same', async () => {
  await server.close();
  await start(4);
  for (let count = 0; count < 4; count += 1) await link().open();
  expect(await link({ asking: { pause: () => new Promise(() => undefined) } }).open()).toMatchObject({ number: 4 });
  expect(numbers()).toHaveLength(4);
  expect(await requestEnvironment(directory, { owner: 'demo', name: 'hello' })).toMatchObject({ number: 4 });
  links[0]?.close();
  await expect.poll(numbers).toHaveLength(3);
});

test('a caller that does not read what it is told is let go', async () => {
  const made = watching();
  await made.open();
  let number = 5;
  const long = Array.from({ length: 500 }, (_, index) => `VARIABLE_${index}_${'x'.repeat(100)}`);
  // in one turn: the caller, in this process, reads none of it
  while (number < 200) refresh((number += 1), long);
  await expect.poll(() => lines.length).toBe(2);
});
