import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface ProcessSpec {
  readonly name: string;
  /** arguments of node */
  readonly arguments: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** told of each message that the process sends */
  readonly onMessage?: (message: unknown) => void;
}

export type Report = (event: 'started' | 'ended', details: Readonly<Record<string, unknown>>) => void;

/** What a process says with this code cannot be mended by a restart. */
const configurationExitCode = 78;

const firstDelayMs = 100;
const longestDelayMs = 10_000;
const stableAfterMs = 30_000;
const killAfterMs = 8_000;

/**
 * A process that is started again whenever it ends, with growing pauses, until it is stopped. It is in a process group of its own,
 * so that Ctrl-C reaches the launcher alone, and has an IPC channel: when the launcher is gone, the channel closes
 * and the process ends itself.
 */
export class SupervisedProcess {
  #child: ChildProcess | null = null;
  #stopping = false;
  readonly #cancelDelay = new AbortController();
  #finished: Promise<void> = Promise.resolve();

  constructor(
    private readonly spec: ProcessSpec,
    private readonly report: Report,
    /** called when the process will not be started again */
    private readonly onGivenUp: (exitCode: number) => void,
  ) {}

  start(): void {
    this.#finished = this.#keepRunning();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelDelay.abort();
    const child = this.#child;
    if (child) {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      await this.#finished;
      clearTimeout(killer);
    } else await this.#finished;
  }

  async #keepRunning(): Promise<void> {
    let delayMs = firstDelayMs;
    while (!this.#stopping) {
      const started = Date.now();
      const exitCode = await this.#runOnce();
      if (this.#stopping) return;
      if (exitCode === configurationExitCode) {
        this.onGivenUp(exitCode);
        return;
      }
      if (Date.now() - started > stableAfterMs) delayMs = firstDelayMs;
      await delay(delayMs, undefined, { signal: this.#cancelDelay.signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    }
  }

  async #runOnce(): Promise<number | null> {
    const { name, cwd, environment, onMessage } = this.spec;
    const child = spawn(process.execPath, this.spec.arguments, {
      cwd,
      env: environment,
      detached: true,
      stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
    });
    this.#child = child;
    child.on('message', (message) => onMessage?.(message));
    this.report('started', { name, pid: child.pid });
    const [exitCode, signal] = await once(child, 'exit');
    this.#child = null;
    this.report('ended', { name, pid: child.pid, exitCode, signal });
    return exitCode;
  }
}
