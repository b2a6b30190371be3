import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { z } from 'zod';

export interface SupervisedProcess {
  url: string;
  /** what it has logged so far */
  log(): string;
  stop(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
}

/** Runs `supervised-database.ts` in a process of its own and waits until its database answers. */
export async function startSupervisedProcess(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<SupervisedProcess> {
  const child = fork(await bundle(), [directory], {
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...environment },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
  const { url } = readyMessage.parse(await messageOf(child, () => log));
  return {
    url,
    log: () => log,
    async stop() {
      child.send('stop');
      await once(child, 'exit');
    },
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const readyMessage = z.object({ url: z.string() });

async function messageOf(child: ChildProcess, log: () => string): Promise<unknown> {
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the database's process ended early:\n${log()}`);
  });
  const [message]: unknown[] = await Promise.race([once(child, 'message'), ended]);
  return message;
}

let bundled: Promise<string> | null = null;

/** Below node_modules, so that the bundle finds the packages that it imports. */
function bundle(): Promise<string> {
  bundled ??= bundleTo(fileURLToPath(new URL('../../../../node_modules/.cache/secret-store-tests', import.meta.url)));
  return bundled;
}

async function bundleTo(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const outfile = path.join(directory, `supervised-database-${process.pid}.mjs`);
  await build({
    entryPoints: [fileURLToPath(new URL('./supervised-database.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return outfile;
}
