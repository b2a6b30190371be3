import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from '../database-error.ts';
import type { Log } from '../log.ts';
import { spawnGuarded, spawnGuardOf } from './guarded-process.ts';
import type { PostgresAccount } from './postgres-account.ts';
import { disownReusedPid, isPostmaster, runningPostmaster } from './postmaster-file.ts';
import { probeServer } from './probe-server.ts';

export interface PostgresSupervisorOptions {
  account: PostgresAccount;
  postgres: string;
  words: readonly string[];
  clusterDirectory: string;
  /** the folder of the socket */
  socket: string;
  /** of the database `postgres` */
  url: string;
  log: Log;
}

const probeEveryMs = 25;
const watchEveryMs = 500;
const startWithinMs = 60_000;
const attempts = 6;
const quickStopWithinMs = 20_000;
const longestBackoffMs = 10_000;
const keptLines = 5;

/** Keeps one server running on the cluster until it is told to stop: its own, or one that it found there. */
export class PostgresSupervisor {
  readonly #options: PostgresSupervisorOptions;
  readonly #stopping = new AbortController();
  readonly #lastLines: string[] = [];
  #guard: ChildProcess | null = null;
  #watching: Promise<void> = Promise.resolve();

  constructor(options: PostgresSupervisorOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#bringUp();
    this.#watching = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
    const { clusterDirectory } = this.#options;
    const pid = await runningPostmaster(clusterDirectory);
    if (pid !== null) await stopServer(pid, clusterDirectory);
    await this.#endGuard();
  }

  /** Until the server answers. Several supervisors may do this at once: PostgreSQL lets one server in. */
  async #bringUp(): Promise<void> {
    const deadline = Date.now() + startWithinMs;
    let started = 0;
    while (!this.#stopping.signal.aborted) {
      const state = await probeServer(this.#options.url);
      if (state === 'up') return this.#adopt();
      if (
        state === 'down' &&
        this.#guardHasEnded() &&
        (await runningPostmaster(this.#options.clusterDirectory)) === null
      ) {
        if (started === attempts) throw this.#notStarting('gave up starting');
        await delay(started === 0 ? 0 : probeEveryMs * 2 ** started);
        await this.#startServer();
        started += 1;
      }
      if (Date.now() > deadline) throw this.#notStarting(`did not answer within ${startWithinMs / 1000} s`);
      await delay(probeEveryMs);
    }
  }

  async #startServer(): Promise<void> {
    const { account, postgres, words, clusterDirectory, socket } = this.#options;
    await disownReusedPid(clusterDirectory, socket);
    this.#guard = spawnGuarded(account, postgres, words, (line) => this.#keep(line));
  }

  /** A server that lives without a guard of ours, because its own supervisor was killed, gets one. */
  async #adopt(): Promise<void> {
    if (!this.#guardHasEnded()) return;
    const pid = await runningPostmaster(this.#options.clusterDirectory);
    if (pid === null) return;
    this.#options.log(`the embedded PostgreSQL was running already (process ${pid})`);
    this.#guard = spawnGuardOf(pid, this.#options.account, (line) => this.#keep(line));
  }

  async #watch(): Promise<void> {
    let backoffMs = 0;
    while (!this.#stopping.signal.aborted) {
      const upSince = Date.now();
      await this.#untilServerEnds();
      if (this.#stopping.signal.aborted) return;
      this.#options.log('the embedded PostgreSQL ended unexpectedly; starting it again');
      backoffMs = Date.now() - upSince > startWithinMs ? 0 : Math.min(longestBackoffMs, backoffMs * 2 + 100);
      await this.#pause(backoffMs);
      await this.#endGuard();
      await this.#bringUp().catch((error: unknown) => {
        this.#options.log(error instanceof Error ? error.message : 'the embedded PostgreSQL did not start');
      });
    }
  }

  async #untilServerEnds(): Promise<void> {
    const { clusterDirectory } = this.#options;
    const pid = await runningPostmaster(clusterDirectory);
    while (pid !== null && !this.#stopping.signal.aborted && (await isPostmaster(pid, clusterDirectory))) {
      await this.#pause(watchEveryMs);
    }
  }

  async #endGuard(): Promise<void> {
    const guard = this.#guard;
    this.#guard = null;
    if (guard === null || guard.exitCode !== null || guard.signalCode !== null || guard.pid === undefined) return;
    const ended = once(guard, 'exit');
    guard.stdio[3]?.destroy();
    await ended;
  }

  #guardHasEnded(): boolean {
    const guard = this.#guard;
    return guard === null || guard.exitCode !== null || guard.signalCode !== null || guard.pid === undefined;
  }

  async #pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  #keep(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > keptLines) this.#lastLines.shift();
    this.#options.log(line);
  }

  #notStarting(what: string): DatabaseError {
    const lines = this.#lastLines.map((line) => `\n  ${line}`).join('');
    return new DatabaseError(
      'EMBEDDED_NOT_STARTING',
      `the embedded PostgreSQL ${what}; what it said last:${lines || ' nothing'}`,
    );
  }
}

/** Quickly but cleanly; where that takes too long, at once, which costs a recovery at the next start and loses nothing. */
async function stopServer(pid: number, clusterDirectory: string): Promise<void> {
  const deadline = Date.now() + quickStopWithinMs;
  signal(pid, 'SIGINT');
  let isPatient = true;
  while (await isPostmaster(pid, clusterDirectory)) {
    if (isPatient && Date.now() > deadline) {
      signal(pid, 'SIGQUIT');
      isPatient = false;
    }
    await delay(10);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended meanwhile
  }
}
