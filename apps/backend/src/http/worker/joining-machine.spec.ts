import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { keyFiles } from '@secret-store/sealing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

const built = path.resolve(import.meta.dirname, '../../../../../dist/worker');

let backend: TestBackend;
let url: string;
/** with the worker's package and nothing else of a store */
let machine: string;
let workers: ChildProcess[];

beforeEach(async () => {
  backend = await startTestBackend();
  url = await backend.app.listen({ port: 0, host: '127.0.0.1' });
  machine = mkdtempSync(path.join(tmpdir(), 'secret-store-machine-'));
  cpSync(built, path.join(machine, 'program'), { recursive: true });
  mkdirSync(path.join(machine, 'first'), { mode: 0o700 });
  for (const [name, content] of Object.entries(keyFiles(backend.keys).worker))
    writeFileSync(path.join(machine, 'first', name), content);
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) await end(worker);
  rmSync(machine, { recursive: true });
  await backend.close();
});

const end = async (worker: ChildProcess): Promise<void> => {
  if (worker.exitCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  await ended;
};

const program = () => path.join(machine, 'program/secret-store');
const environment = (folder: string) => ({
  PATH: process.env.PATH,
  SECRET_STORE_WORKER_DIRECTORY: path.join(machine, folder),
});

const start = (folder: string, ...words: string[]) => {
  const worker = spawn(process.execPath, [program(), 'worker', '--url', url, '--name', folder, ...words], {
    env: environment(folder),
    cwd: machine,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  workers.push(worker);
  return worker;
};

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (folder: string, ...words: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [program(), ...words],
      { env: environment(folder), cwd: machine },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout: stdout.trim(), stderr }),
    );
  });

/** Once the worker runs: before that, `exec` waits for its socket, and is told that it joins. */
const read = async (folder: string): Promise<Ran> => {
  for (;;) {
    const ran = await run(folder, 'exec', 'demo/elsewhere', '--', 'printenv', 'KEY');
    if (ran.code !== 69) return ran;
  }
};

const createSecret = async (): Promise<void> => {
  const algorithm = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name: 'elsewhere' });
  const { id } = z.object({ id: z.string() }).parse(algorithm.json);
  await backend.asAdministrator('POST', `/v1/algorithms/${id}/secrets`, {
    ...{ secret_key: 'KEY', short_name: 'KEY', description: '' },
    ...{ secret_value: 'a-value', owner_type: 'algorithm', owner_id: id },
  });
};

const workerIdIn = (folder: string): string =>
  z
    .object({ workerId: z.string() })
    .parse(JSON.parse(readFileSync(path.join(machine, folder, 'membership.json'), 'utf8'))).workerId;

it('joins with one token, reads, and is refused once it is revoked', { timeout: 120_000 }, async () => {
  await createSecret();
  start('first');
  expect((await read('first')).stdout).toBe('a-value');
  const { stdout: token } = await run('first', 'invite');
  const joined = start('joined', '--join', token);
  expect(await read('joined')).toEqual({ code: 0, stdout: 'a-value', stderr: '' });
  expect(readdirSync(path.join(machine, 'joined/state'))).toContain('pool-floors.json');

  // with its second token the machine is not let in: the first had one use
  const late = start('late', '--join', token);
  const [said, [code]] = await Promise.all([text(late.stderr), once(late, 'exit')]);
  expect([code, said]).toEqual([77, expect.stringMatching(/used up/)]);

  expect(await run('first', 'revoke-worker', workerIdIn('joined'))).toMatchObject({ code: 0, stdout: '' });
  expect(await read('joined')).toMatchObject({ code: 77, stdout: '', stderr: expect.stringMatching(/revoked/) });
  expect((await read('first')).stdout).toBe('a-value');
  await end(joined);
  const { stdout: listed } = await run('first', 'workers', '--json');
  expect(JSON.parse(listed)).toMatchObject({ results: [{ name: 'first', state: 'member' }, { state: 'revoked' }] });
});

it('needs a folder with no package of npm and no program of a store', () => {
  const files = readdirSync(machine, { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /node_modules|\bnext\b|prisma|postgres|backend/i.test(file))).toEqual([]);
});
