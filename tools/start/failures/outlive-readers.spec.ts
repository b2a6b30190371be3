import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleProgram } from '@secret-store/bundle';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';

/** A launcher with one child, which writes to both of its outputs whenever it is asked. */
const launcher = `import '../../tools/start/failures/outlive-readers.mjs';
import { SupervisedProcess } from '../../tools/start/supervised-process.ts';

const running = new SupervisedProcess(
  {
    name: 'child',
    arguments: ['-e', 'process.send({ pid: process.pid }); setInterval(() => undefined, 1_000_000);'],
    cwd: '/',
    environment: async () => ({}),
    onMessage: (message) => process.send(message),
  },
  (event) => process.stderr.write(event),
  () => undefined,
);
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)));
process.on('message', () => {
  process.stdout.write('out', () => process.stderr.write('error', () => process.send('written')));
});
running.start();
`;

const root = path.resolve(import.meta.dirname, '../../..');

/** Below the checkout, where the launcher's sources are found. */
let folder: string;
let child: ChildProcess | null = null;

beforeEach(async () => {
  await mkdir(path.join(root, 'dist'), { recursive: true });
  folder = await mkdtemp(path.join(root, 'dist/readers-spec-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const nextMessage = async (from: ChildProcess): Promise<unknown> => {
  const ended = once(from, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${String(code)}`)));
  const [message]: unknown[] = await Promise.race([once(from, 'message'), ended]);
  return message;
};

it('lives on when the readers of both outputs have gone, and ends its child when it is stopped', async () => {
  const entry = path.join(folder, 'launcher.ts');
  await writeFile(entry, launcher);
  const program = await bundleProgram(entry, path.join(folder, 'launcher.mjs'), {});
  child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const { pid } = z.object({ pid: z.number() }).parse(await nextMessage(child));
  child.stdout?.destroy();
  child.stderr?.destroy();
  // the error of a write arrives after it: a process that it ends answers once and then never
  for (let question = 0; question < 3; question += 1) {
    const answer = nextMessage(child);
    child.send('write');
    expect(await answer).toBe('written');
  }
  expect(() => process.kill(pid, 0)).not.toThrow();

  child.kill('SIGTERM');
  const [exitCode]: unknown[] = await once(child, 'exit');
  expect(exitCode).toBe(0);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
