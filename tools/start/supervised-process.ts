import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface ProcessSpec {
  readonly name: string;
  /** arguments of node */
  readonly arguments: readonly string[];
  readonly cwd: string;
  /** of the process that is about to start; asked for at each start */
  readonly environment: () => Promise<NodeJS.ProcessEnv>;
  /** what the process gets first, each time that it is started */
  readonly firstMessage?: () => object;
  /** called with each message that the process sends */
  readonly onMessage?: (message: unknown) => void;
}

export type Report = (
  event: 'started' | 'ended' | 'not started' | 'killed',
  details: Readonly<Record<string, unknown>>,
) => void;

/** By its number: the stream is of no use once its reader has gone. */
const standardError = 2;

/** A restart does not help if a process exits with this code (EX_CONFIG): its settings are wrong. */
const configurationExitCode = 78;

const firstDelayMs = 100;
const longestDelayMs = 10_000;
const stableAfterMs = 30_000;
const killAfterMs = 8_000;
/** for a restart, which developers wait for */
const killAtRestartAfterMs = 1_500;

const fieldOf = (pid: number, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // ended, or a system without /proc
  }
};

/** What a process does that does not end: proc(5). `T` is one that was stopped, `R` one that is busy. */
const stateOf = (pid: number) => ({
  state: /\) (\S)/.exec(fieldOf(pid, 'stat') ?? '')?.[1],
  waitsIn: fieldOf(pid, 'wchan'),
});

/**
 * A process that is restarted whenever it ends, until it is stopped; with growing pauses while it does not get as far as to send a
 * message. It is in its own process group, so that Ctrl-C reaches only the launcher, and has an IPC channel: when the launcher is
 * gone, the channel closes and the process ends itself.
 */
export class SupervisedProcess {
  #child: ChildProcess | null = null;
  #stopping = false;
  #restarting = false;
  #pause = new AbortController();
  #running = false;
  /** the process has sent a message: it had started, whatever ended it */
  #hasStarted = false;
  #finished: Promise<void> = Promise.resolve();

  constructor(
    private readonly spec: ProcessSpec,
    private readonly report: Report,
    /** called when the process will not be started again, unless by `restart` */
    private readonly onGivenUp: (exitCode: number) => void,
  ) {}

  start(): void {
    this.#running = true;
    this.#finished = this.#keepRunning().finally(() => (this.#running = false));
  }

  /** Starts the current program immediately, also while it waits for its next start or after it was given up. */
  restart(): void {
    if (this.#stopping) return;
    if (!this.#running) {
      this.start();
      return;
    }
    this.#restarting = true;
    this.#end(killAtRestartAfterMs);
  }

  /** Tells the process that runs, if one does. */
  tell(message: object): void {
    // one that ended already says so by its exit
    this.#child?.send(message, () => undefined);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#end(killAfterMs);
    await this.#finished;
  }

  #end(graceMs: number): void {
    this.#pause.abort();
    const child = this.#child;
    // without an id it could not be spawned, and Node would send the signal to our own process group
    if (child?.pid === undefined) return;
    const { pid } = child;
    child.kill('SIGTERM');
    const killer = setTimeout(() => {
      this.report('killed', { name: this.spec.name, pid, ...stateOf(pid) });
      child.kill('SIGKILL');
    }, graceMs);
    child.once('exit', () => clearTimeout(killer));
  }

  async #keepRunning(): Promise<void> {
    let delayMs = firstDelayMs;
    while (!this.#stopping) {
      this.#restarting = false;
      const started = Date.now();
      const exitCode = await this.#runOnce();
      if (this.#stopping) return;
      if (exitCode === configurationExitCode && !this.#restarting) {
        this.onGivenUp(exitCode);
        return;
      }
      if (this.#restarting || this.#hasStarted || Date.now() - started > stableAfterMs) delayMs = firstDelayMs;
      if (this.#restarting) continue;
      this.#pause = new AbortController();
      await delay(delayMs, undefined, { signal: this.#pause.signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    }
  }

  async #environment(): Promise<NodeJS.ProcessEnv | null> {
    try {
      return await this.spec.environment();
    } catch (error) {
      this.report('not started', { name: this.spec.name, cause: String(error) });
      return null;
    }
  }

  async #runOnce(): Promise<number | null> {
    const { name, cwd, firstMessage, onMessage } = this.spec;
    this.#hasStarted = false;
    const environment = await this.#environment();
    if (environment === null || this.#stopping) return null;
    const child = spawn(process.execPath, this.spec.arguments, {
      cwd,
      env: environment,
      detached: true,
      stdio: ['ignore', standardError, standardError, 'ipc'],
    });
    this.#child = child;
    child.on('message', (message) => {
      this.#hasStarted = true;
      onMessage?.(message);
    });
    if (firstMessage !== undefined) this.tell(firstMessage());
    this.report('started', { name, pid: child.pid });
    // Node's own types: https://nodejs.org/api/child_process.html#event-exit
    const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.#child = null;
    this.report('ended', { name, pid: child.pid, exitCode, signal });
    return exitCode;
  }
}
