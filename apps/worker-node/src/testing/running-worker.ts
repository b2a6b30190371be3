import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkerDelivery } from '@secret-store/api/schemas';
import { buildProgram, checkout } from './build-program.ts';
import { data, type FakeBackend, moduleBytes, noCheck, startFakeBackend } from './backend/fake-backend.ts';
import { runProgram } from './run-program.ts';
import { SignedStore } from './signed-store.ts';

/** Each as a file and its first words. */
export interface Programs {
  readonly main: readonly [string, ...string[]];
  readonly exec: readonly [string, ...string[]];
  /** what the daemon needs beside the usual settings */
  readonly settings?: Readonly<Record<string, string>>;
}

export const buildPrograms = async (folder: string): Promise<Programs> => ({
  main: [await buildProgram('main', folder)],
  exec: [await buildProgram('exec', folder)],
});

/** The built daemon with its own folder, and a backend that answers as the test says. */
export class RunningWorker {
  daemon: ChildProcess;
  log = '';

  private constructor(
    readonly programs: Programs,
    readonly dataDirectory: string,
    readonly store: SignedStore,
    readonly backend: FakeBackend,
  ) {
    this.daemon = this.start();
  }

  /** Started, and not yet ready. */
  static async create(programs: Programs): Promise<RunningWorker> {
    const dataDirectory = mkdtempSync(path.join(tmpdir(), 'secret-store-worker-'));
    const store = await SignedStore.create(path.join(dataDirectory, 'worker'));
    return new RunningWorker(programs, dataDirectory, store, await startFakeBackend(store));
  }

  get directory(): string {
    return path.join(this.dataDirectory, 'worker');
  }

  start(settings: Record<string, string> = {}): ChildProcess {
    const [program, ...words] = this.programs.main;
    const child = fork(program, words, {
      silent: true,
      env: {
        PATH: process.env.PATH,
        SECRET_STORE_WORKER_DIRECTORY: this.directory,
        SECRET_STORE_BACKEND_URL: this.backend.url.href,
        SECRET_STORE_SANDBOX_DIRECTORY: path.join(checkout, 'dist/libs/plugin-host'),
        SECRET_STORE_LOG_LEVEL: 'trace',
        ...this.programs.settings,
        ...settings,
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.log += chunk;
      });
    }
    this.daemon = child;
    return child;
  }

  async ready(): Promise<void> {
    await Promise.race([
      once(this.daemon, 'message'),
      once(this.daemon, 'exit').then(() => {
        throw new Error(`the daemon ended: ${this.log}`);
      }),
    ]);
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.daemon.exitCode !== null || this.daemon.signalCode !== null) return;
    this.daemon.kill(signal);
    await once(this.daemon, 'exit');
  }

  /** Stops it, and returns everything that it wrote: no value may appear there. */
  async remove(): Promise<string> {
    await this.end();
    await this.backend.close();
    const written = readdirSync(this.directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.json'),
    );
    const texts = written.map((name) => readFileSync(path.join(this.directory, name), 'utf8'));
    rmSync(this.dataDirectory, { recursive: true });
    return [this.log, ...texts].join('\n');
  }

  async exec(...command: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const [program, ...words] = this.programs.exec;
    const { code, stdout, stderr } = await runProgram(program, [...words, 'demo/hello', '--', ...command], {
      environment: { PATH: process.env.PATH ?? '', SECRET_STORE_WORKER_DIRECTORY: this.directory },
    });
    return { code, stdout: stdout.toString('utf8'), stderr };
  }

  /** Lets the backend answer with this delivery and this module, and no checks. */
  deliver(delivery: WorkerDelivery, module: Uint8Array = new Uint8Array()): void {
    this.backend.answer = (path) => {
      if (path === 'delivery') return data(delivery);
      return path.startsWith('modules/') ? moduleBytes(module) : data(noCheck(this.store));
    };
  }
}
