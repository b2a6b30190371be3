import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedDatabase } from '@secret-store/db';
import { freePort } from '../../start/free-port.ts';
import { openStoreClient, type StoreClient } from './store-client.ts';

// built to dist/tools/bench
const root = path.resolve(import.meta.dirname, '../../..');
const adminKey = 'an-administrator-key-for-benchmarks';

/** A whole store with an empty database: launcher, backend, panel, worker and PostgreSQL, each its own process. */
export interface BenchStore {
  readonly origin: string;
  readonly dataDirectory: string;
  /** the folder with `worker.sock` */
  readonly workerDirectory: string;
  /** the database, as the owner of its tables */
  readonly ownerUrl: string;
  readonly client: StoreClient;
  /** of an administrator */
  readonly headers: Readonly<Record<string, string>>;
}

/** Runs the work on a store of its own, then removes the store. */
export const withBenchStore = async <T>(work: (store: BenchStore) => Promise<T>): Promise<T> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'secret-store-bench-'));
  const server = await startEmbeddedDatabase({ directory: path.join(directory, 'database') });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const logFile = path.join(directory, 'store.log');
  const launcher = launch(logFile, {
    DATABASE_URL: server.url,
    SECRET_STORE_MIGRATION_URL: server.migrationUrl,
    SECRET_STORE_DATA_DIR: directory,
    SECRET_STORE_PORT: String(port),
    SECRET_STORE_ADMIN_API_KEY: adminKey,
  });
  const headers = { authorization: `Simple ${adminKey}` };
  const client = openStoreClient(origin, headers);
  try {
    await untilReady(origin, launcher, logFile);
    return await work({
      origin,
      dataDirectory: directory,
      workerDirectory: path.join(directory, 'worker'),
      ownerUrl: server.migrationUrl,
      client,
      headers,
    });
  } finally {
    client.close();
    await stop(launcher);
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
};

/** Like `npm start`, without its look for changed sources: `npm run bench` has built already. It ends when this process ends. */
const launch = (logFile: string, environment: NodeJS.ProcessEnv): ChildProcess => {
  const log = openSync(logFile, 'a', 0o600);
  try {
    return spawn(process.execPath, ['--import', './tools/start/exit-with-parent.mjs', 'tools/start/container.mjs'], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...environment },
      stdio: ['ignore', 'ignore', log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
};

const untilReady = async (origin: string, launcher: ChildProcess, logFile: string): Promise<void> => {
  while (!(await isReady(origin))) {
    if (launcher.exitCode !== null) throw new Error(`the store did not start: ${readFileSync(logFile, 'utf8')}`);
    await delay(50);
  }
};

const isReady = (origin: string): Promise<boolean> =>
  fetch(`${origin}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );

const stop = async (launcher: ChildProcess): Promise<void> => {
  if (launcher.exitCode !== null || launcher.signalCode !== null) return;
  const ended = once(launcher, 'exit');
  launcher.kill('SIGTERM');
  await ended;
};
