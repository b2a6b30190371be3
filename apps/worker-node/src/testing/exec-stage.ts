import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { ResolveAnswer, ResolvedEnvironment } from '../socket/resolve-protocol.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { Refreshes } from '../following/refreshes.ts';
import { RunningProcesses } from '../processes/running-processes.ts';
import { answerResolve } from '../socket/answer-resolve.ts';
import { serveSocket, type SocketAnswers, type SocketServer } from '../socket/serve-socket.ts';
import { buildProgram, programFolder } from './build-program.ts';
import { type ProgramOptions, type RunningProgram, type RunResult, runProgram, startProgram } from './run-program.ts';

export const value = `hunter2-${randomBytes(8).toString('hex')} with spaces\nand a line, ünïcode`;

/** What a worker answers that has these values, all of them current. */
export const resolved = (environment: Readonly<Record<string, string>>): ResolvedEnvironment => ({
  ...{ number: 1, environment, staleSeconds: null, strict: false },
  versions: Object.fromEntries(Object.keys(environment).map((name) => [name, 1])),
});

export const lines = (output: Buffer): string[] => output.toString('utf8').trimEnd().split('\n');

/** The built `exec`, a worker that answers as a test says, and a folder for the command, all new for each test. */
export class ExecStage {
  program = '';
  supervisor = '';
  refreshes = new Refreshes();
  processes = new RunningProcesses();
  dataDirectory = '';
  /** where the command starts */
  elsewhere = '';
  answer: ResolveAnswer = resolved({});
  requests: string[] = [];
  daemon: SocketServer | undefined;
  readonly #built: string;

  constructor(
    name: string,
    private readonly parent = tmpdir(),
  ) {
    this.#built = programFolder(name);
    beforeAll(async () => {
      this.program = await buildProgram('exec', this.#built);
      this.supervisor = await buildProgram('supervise', this.#built);
    });
    afterAll(() => rmSync(this.#built, { recursive: true, force: true }));
    beforeEach(() => this.#open());
    afterEach(async () => {
      await this.daemon?.close();
      rmSync(this.dataDirectory, { recursive: true });
      rmSync(this.elsewhere, { recursive: true });
    });
  }

  async #open(): Promise<void> {
    this.dataDirectory = mkdtempSync(path.join(this.parent, 'secret-store-exec-'));
    this.elsewhere = mkdtempSync(path.join(this.parent, 'secret-store-elsewhere-'));
    mkdirSync(path.join(this.dataDirectory, 'worker'), { mode: 0o700 });
    writeFileSync(path.join(this.dataDirectory, 'worker/pool-keys.json'), 'not for the command');
    this.answer = resolved({ MYSQL_PASSWORD: value });
    this.requests = [];
    await this.serve(async (line, caller) => {
      this.requests.push(line);
      caller.stay(() => undefined);
      return `${JSON.stringify(this.answer)}\n`;
    });
  }

  async serve(answer: SocketAnswers['answer']): Promise<void> {
    this.daemon = await serveSocket(path.join(this.dataDirectory, 'worker'), { answer, refusal: '' });
  }

  /** Serves as the worker does: callers are known while they stay, and told of changes. */
  async follow(): Promise<void> {
    await this.daemon?.close();
    this.refreshes = new Refreshes();
    this.processes = new RunningProcesses();
    const options = {
      resolve: async () => {
        if ('exitCode' in this.answer) throw new ResolveFailure(this.answer.exitCode, this.answer.message);
        return { algorithmId: 'algorithm', ...this.answer };
      },
      ...{ refreshes: this.refreshes, processes: this.processes, strict: false, log: pino({ level: 'silent' }) },
    };
    await this.serve((line, caller) => {
      this.requests.push(line);
      return answerResolve(options, line, caller);
    });
  }

  /** The worker has another set, with these values. */
  change(environment: Readonly<Record<string, string>>): void {
    const before = 'exitCode' in this.answer ? resolved({}) : this.answer;
    const number = before.number + 1;
    const names = new Set([...Object.keys(before.environment), ...Object.keys(environment)]);
    const changed = [...names].filter((name) => before.environment[name] !== environment[name]);
    const versions = Object.fromEntries(
      Object.keys(environment).map((name) => [name, changed.includes(name) ? number : (before.versions[name] ?? 1)]),
    );
    this.answer = { ...before, number, environment, versions };
    this.refreshes.tell({
      ...{ algorithmId: 'algorithm', owner: 'demo', name: 'hello', changed, failures: [] },
      set: { number, hash: '' },
    });
  }

  environment(): Record<string, string> {
    return { PATH: process.env.PATH ?? '', SECRET_STORE_DATA_DIR: this.dataDirectory };
  }

  /** @param flags before the algorithm */
  exec(
    command: readonly string[],
    options: Partial<ProgramOptions> = {},
    flags: readonly string[] = [],
  ): Promise<RunResult> {
    return runProgram(this.program, [...flags, 'demo/hello', '--', ...command], this.#options(options));
  }

  start(
    command: readonly string[],
    options: Partial<ProgramOptions> = {},
    flags: readonly string[] = [],
  ): RunningProgram {
    return startProgram(this.program, [...flags, 'demo/hello', '--', ...command], this.#options(options));
  }

  supervise(
    command: readonly string[],
    flags: readonly string[] = [],
    options: Partial<ProgramOptions> = {},
  ): RunningProgram {
    return startProgram(this.supervisor, [...flags, 'demo/hello', '--', ...command], this.#options(options));
  }

  #options(options: Partial<ProgramOptions>): ProgramOptions {
    return { environment: this.environment(), cwd: this.elsewhere, ...options };
  }
}
