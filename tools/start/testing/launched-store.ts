import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** Repeats until the answer is not null; the test's own time limit ends it. */
export const eventually = async <T>(ask: () => Promise<T | null>): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    await delay(25);
  }
};

/** Processes that have the text in their command line or environment. */
export const processesNaming = async (text: string): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const naming = await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      return pid !== process.pid && `${await read('cmdline')}${await read('environ')}`.includes(text) ? [pid] : [];
    }),
  );
  return naming.flat();
};

/** A store that the real launcher runs, with its own data directory and port. */
export class LaunchedStore {
  readonly adminKey = 'an-administrator-key-for-tests';
  readonly #pids = new Map<string, number>();
  standardOutput = '';
  standardError = '';
  #launcher: ChildProcess | null = null;

  private constructor(
    readonly dataDirectory: string,
    readonly port: number,
    /** whose programs it runs */
    readonly checkout: string,
    /** scheme and host of its address from this machine */
    readonly site: string,
  ) {}

  static async create({ checkout = root, site = 'http://127.0.0.1' } = {}): Promise<LaunchedStore> {
    return new LaunchedStore(await mkdtemp(path.join(tmpdir(), 'secret-store-')), await freePort(), checkout, site);
  }

  get origin(): string {
    return `${this.site}:${this.port}`;
  }

  get launcherPid(): number {
    const pid = this.#launcher?.pid;
    if (pid === undefined) throw new Error('the launcher is not running');
    return pid;
  }

  launch(environment: NodeJS.ProcessEnv = {}): ChildProcess {
    const launcher = spawn(process.execPath, [path.join(this.checkout, 'tools/start/main.mjs')], {
      cwd: this.checkout,
      env: {
        ...process.env,
        SECRET_STORE_DATA_DIR: this.dataDirectory,
        SECRET_STORE_PORT: String(this.port),
        SECRET_STORE_ADMIN_API_KEY: this.adminKey,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    launcher.stdout.on('data', (chunk) => (this.standardOutput += String(chunk)));
    createInterface({ input: launcher.stderr }).on('line', (line) => this.#read(line));
    this.#launcher = launcher;
    return launcher;
  }

  /** Starts the store; resolves when it is ready to create a secret. */
  async start(environment: NodeJS.ProcessEnv = {}): Promise<void> {
    const launcher = this.launch(environment);
    await eventually(async () => {
      if (launcher.exitCode !== null) throw new Error(`the launcher ended: ${this.standardError}`);
      return (await this.isReady()) ? true : null;
    });
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.origin}/readyz`).catch(() => null);
    return answer?.status === 200;
  }

  /** The current process of this part: `backend`, `panel` or `worker`. */
  pidOf(name: string): number {
    const pid = this.#pids.get(name);
    if (pid === undefined) throw new Error(`${name} was not started`);
    return pid;
  }

  async stop(): Promise<void> {
    const launcher = this.#launcher;
    if (!launcher || launcher.exitCode !== null || launcher.signalCode !== null) return;
    const ended = once(launcher, 'exit');
    launcher.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dataDirectory, { recursive: true, force: true });
  }

  #read(line: string): void {
    this.standardError += `${line}\n`;
    const started = /^\{.*"event":"started","name":"(\w+)","pid":(\d+)/.exec(line);
    if (started?.[1] && started[2]) this.#pids.set(started[1], Number(started[2]));
  }
}
