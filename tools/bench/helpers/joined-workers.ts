import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BenchStore } from './bench-store.ts';

// built to dist/tools/bench
const dist = path.resolve(import.meta.dirname, '../..');
/** As many share a process. */
const workersOfProcess = 25;

/** Runs a program of the worker's benchmarks. It ends when this process ends. */
const runWorkerProgram = (
  name: 'many-workers' | 'idle-streams',
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): ChildProcess =>
  spawn(process.execPath, [path.join(dist, `apps/worker-node/bench/${name}.mjs`), ...words], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      SECRET_STORE_SANDBOX_DIRECTORY: path.join(dist, 'libs/plugin-host'),
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });

/** Resolves at so many messages of the process. */
const messagesOf = async (child: ChildProcess, count: number): Promise<void> => {
  const ended = new AbortController();
  child.once('exit', (code) => ended.abort(new Error(`a program of the benchmark ended with ${String(code)}`)));
  for (let message = 0; message < count; message += 1) await once(child, 'message', { signal: ended.signal });
};

/** Workers of the store's pool that joined with one token. Many share a process, and each has a folder of its own. */
export class JoinedWorkers {
  readonly #store: BenchStore;
  readonly #processes: ChildProcess[] = [];
  #count = 0;

  constructor(store: BenchStore) {
    this.#store = store;
  }

  directoryOf(index: number): string {
    return path.join(this.#store.dataDirectory, 'workers', String(index));
  }

  /** Opens so many streams with the key of a worker that has ended: a backend does not tell them from those of many. */
  async openStreams(index: number, count: number): Promise<ChildProcess> {
    const child = runWorkerProgram('idle-streams', [String(count)], {
      SECRET_STORE_BACKEND_URL: this.#store.origin,
      SECRET_STORE_WORKER_DIRECTORY: this.directoryOf(index),
    });
    await messagesOf(child, 1);
    return child;
  }

  /** Returns when so many run. */
  async growTo(count: number): Promise<void> {
    const { dataDirectory, origin } = this.#store;
    if (count <= this.#count) return;
    const folder = path.join(dataDirectory, 'workers');
    const tokenFile = path.join(folder, 'token');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(tokenFile, this.#invite(count - this.#count), { mode: 0o600 });
    while (this.#count < count) {
      const more = Math.min(workersOfProcess, count - this.#count);
      const child = runWorkerProgram('many-workers', [folder, String(this.#count), String(more)], {
        SECRET_STORE_BACKEND_URL: origin,
        SECRET_STORE_JOIN_TOKEN_FILE: tokenFile,
      });
      this.#processes.push(child);
      this.#count += more;
      await messagesOf(child, more);
    }
  }

  async end(): Promise<void> {
    for (const child of this.#processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  }

  #invite(uses: number): string {
    return execFileSync(path.join(dist, '../tools/secret-store'), ['invite', '--uses', String(uses)], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, SECRET_STORE_DATA_DIR: this.#store.dataDirectory },
      encoding: 'utf8',
    }).trim();
  }
}
