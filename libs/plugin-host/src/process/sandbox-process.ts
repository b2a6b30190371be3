import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { type Egress, openEgress, type ResolveHost } from '../egress/open-egress.ts';
import { pluginDescriptor } from '../isolation/bubblewrap-command.ts';
import { chooseCommand } from '../isolation/choose-command.ts';
import type { Isolation } from '../isolation/isolation.ts';
import type { SandboxCommand } from '../isolation/sandbox-command.ts';
import { parseAnswer } from './answer.ts';
import { type CallResult, CallTable, type Question } from './call-table.ts';
import { callHeader } from '../protocol/call-header.ts';
import { FrameWriter } from '../protocol/frame-writer.ts';
import { type Frame, FrameReader } from '../protocol/frames.ts';
import { guardHost } from './guard-host.ts';
import type { PluginLimits } from '../isolation/plugin-limits.ts';
import { LogMeter } from './log-meter.ts';
import { answerCaps, type StartMessage } from '../protocol/messages.ts';
import { PluginFailure, type PluginFailureReason } from './plugin-failure.ts';
import type { PluginLog } from './plugin-log.ts';
import { type Diagnosis, isDiagnostic, parseDiagnostic, withSourceMap } from './plugin-diagnosis.ts';
import { makePrivateDirectory, removePrivateDirectory } from './private-directory.ts';

export interface SandboxProcessOptions {
  readonly providerId: string;
  readonly source: Uint8Array;
  readonly destinations: readonly string[];
  /** those of them that a configuration names */
  readonly configured: ReadonlySet<string>;
  readonly isolation: Isolation;
  readonly sandboxDirectory: string;
  readonly limits: PluginLimits;
  readonly log: PluginLog;
  readonly resolveHost?: ResolveHost | undefined;
  /** only on an author's own machine */
  readonly diagnosis?: Diagnosis | undefined;
}

const hostDescriptor = 3;

/** What the process does not know itself of its first message. */
export type FirstMessage = Omit<StartMessage, 'egress' | 'deadlineMilliseconds' | 'diagnose'>;

/** One process in the sandbox, from its start to its end. Knows frames and limits, nothing of providers. */
export class SandboxProcess {
  readonly #options: SandboxProcessOptions;
  readonly #calls: CallTable;
  readonly #frames = new FrameReader(answerCaps);
  readonly #output: LogMeter;
  #child: ChildProcess | undefined;
  #writer: FrameWriter | undefined;
  #exit: Promise<unknown> = Promise.resolve();
  #endReason: PluginFailureReason | undefined;
  #callsOutsideEgress = 0;
  #retired = false;
  #retiredFor: PluginFailureReason = 'closed';
  #directory: string | undefined;
  #pluginFile: string | null = null;
  #egress: Egress | undefined;

  constructor(options: SandboxProcessOptions) {
    this.#options = options;
    this.#calls = new CallTable({
      limits: options.limits,
      send: (message, value) => this.#writer?.write(callHeader(message), value),
      onTimeout: (methods) => this.#giveUp(methods),
      onIdle: () => this.#endWhenRetired(),
    });
    this.#output = new LogMeter(options.limits.logBytes);
  }

  get #source(): Uint8Array {
    return withSourceMap(this.#options.source, this.#options.diagnosis?.sourceMap);
  }

  /** Whether a call can be sent. */
  get usable(): boolean {
    return this.#child !== undefined && !this.#retired && this.#endReason === undefined;
  }

  /** Fulfilled when the process is gone. */
  get ended(): Promise<unknown> {
    return this.#exit;
  }

  /** Starts the process and answers what it says to the first message. It is ended when it says nothing good. */
  async start(message: FirstMessage, configuration: ReadonlyMap<string, string>): Promise<CallResult> {
    guardHost();
    const deadline = this.#calls.waitForStart(message.create ? 'create' : 'import');
    // handled below; a failure before that must not count as unhandled
    deadline.catch(() => {});
    try {
      // a file system that hangs must not keep the start longer than a plugin may
      await Promise.race([this.#launch(message, configuration), deadline]);
      const started = await deadline;
      await this.#removeWhatIsLoaded();
      return started;
    } catch (error) {
      await this.close();
      throw error instanceof PluginFailure ? error : new PluginFailure('not-started', { cause: error });
    }
  }

  /**
   * Sends a call and returns the answer. The call counts as in flight at once, so a later retirement waits for it.
   * @throws {PluginFailure} `too-busy` if it is not its turn in time, or more calls wait than may
   */
  call(question: Question, value?: string): Promise<CallResult> {
    if (!this.usable) return Promise.reject(new PluginFailure(this.#endReason ?? this.#retiredFor));
    return this.#calls.ask(question, value);
  }

  /** Takes no further call and ends when the last one accepted is through, which deadlines bound. */
  retire(): void {
    this.#retired = true;
    this.#endWhenRetired();
  }

  /** Ends the process now; the calls in flight fail. */
  async close(): Promise<void> {
    this.#finish('closed');
    await this.#exit;
    await this.#cleanUp();
  }

  /** The calls in flight beside it may still finish. */
  #giveUp(methods: readonly string[]): void {
    const milliseconds = this.#options.limits.deadlineMilliseconds;
    this.#options.diagnosis?.onEvent({ kind: 'timed-out', methods, milliseconds });
    this.#retiredFor = 'stopping';
    this.retire();
  }

  #endWhenRetired(): void {
    if (this.#retired && this.#calls.idle) this.#finish('closed');
  }

  async #launch(message: FirstMessage, configuration: ReadonlyMap<string, string>): Promise<void> {
    try {
      const command = await this.#prepare();
      this.#spawn(command);
      const first: StartMessage = {
        ...message,
        egress: this.#egressPaths(command),
        deadlineMilliseconds: this.#options.limits.deadlineMilliseconds,
        diagnose: this.#options.diagnosis !== undefined,
      };
      this.#writer?.write(first, JSON.stringify([...configuration]));
    } catch (error) {
      // the start may have been given up before this was made
      await this.#cleanUp();
      throw error;
    }
  }

  async #prepare(): Promise<SandboxCommand> {
    const { isolation, limits, destinations, configured, resolveHost } = this.#options;
    const needsFile = isolation.mode !== 'bubblewrap';
    if (needsFile || destinations.length > 0) this.#directory = await makePrivateDirectory();
    const directory = this.#directory;
    if (directory !== undefined && destinations.length > 0) {
      this.#egress = await openEgress({
        destinations,
        configured,
        directory,
        resolveHost,
        maximumConnections: limits.connectionsPerDestination,
      });
    }
    if (needsFile && directory !== undefined) {
      this.#pluginFile = path.join(directory, 'plugin.mjs');
      await writeFile(this.#pluginFile, this.#source, { mode: 0o400, flag: 'wx' });
    }
    return chooseCommand({
      isolation,
      limits,
      runnerFile: path.join(this.#options.sandboxDirectory, 'runner.mjs'),
      pluginFile: this.#pluginFile,
      egressDirectory: this.#egress === undefined ? null : (directory ?? null),
    });
  }

  #spawn({ program, arguments: parameters }: SandboxCommand): void {
    if (this.#endReason !== undefined) throw new PluginFailure(this.#endReason);
    const child = spawn(program, parameters, {
      cwd: '/',
      env: noEnvironment,
      // in its own process group, so the terminal's Ctrl-C does not reach it and calls in flight can finish
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#exit = once(child, 'exit').catch(() => {});
    void this.#exit.then(() => this.#noteEnd());
    child.on('error', () => this.#finish('not-started'));
    for (const stream of child.stdio) stream?.on('error', () => {});
    for (const stream of ['stdout', 'stderr'] as const) this.#watchOutput(child, stream);
    const channel = duplexOf(child, hostDescriptor);
    this.#writer = new FrameWriter(channel);
    channel.on('data', (chunk: Buffer) => this.#receive(chunk));
    const source = duplexOf(child, pluginDescriptor);
    source.end(this.#options.isolation.mode === 'bubblewrap' ? this.#source : undefined);
  }

  #egressPaths(command: SandboxCommand): Record<string, string> {
    const paths: [string, string][] = [];
    for (const [destination, name] of this.#egress?.socketNames ?? []) {
      paths.push([destination, `${command.egressDirectory}/${name}`]);
    }
    return Object.fromEntries(paths);
  }

  #receive(chunk: Buffer): void {
    if (this.#endReason !== undefined) return;
    try {
      for (const frame of this.#frames.push(chunk)) this.#settle(frame);
    } catch {
      this.#finish('bad-frame');
    }
  }

  #settle({ header, body }: Frame): void {
    const { diagnosis } = this.#options;
    if (diagnosis !== undefined && isDiagnostic(header)) {
      const event = parseDiagnostic(body);
      if (event === null) this.#finish('bad-frame');
      else diagnosis.onEvent(event);
      return;
    }
    const answer = parseAnswer(header);
    if (answer === null || !this.#calls.settle({ answer, body })) this.#finish('bad-frame');
    else if (!answer.ok && answer.problem === 'not-in-egress') this.#countOutsideEgress();
  }

  /** Noted the first time, and counted: a plugin that does this does it in every call. */
  #countOutsideEgress(): void {
    this.#callsOutsideEgress += 1;
    const { providerId, log } = this.#options;
    if (this.#callsOutsideEgress === 1)
      log.warn({ providerId }, 'a plugin asked for a destination that is not in its egress list');
  }

  #watchOutput(child: ChildProcess, stream: 'stdout' | 'stderr'): void {
    const { diagnosis } = this.#options;
    const decoder = new StringDecoder('utf8');
    child[stream]?.on('data', (chunk: Buffer) => {
      diagnosis?.onEvent({ kind: 'output', stream, text: decoder.write(chunk) });
      if (!this.#output.count(chunk.length)) this.#finish('flooded-log');
    });
  }

  #finish(reason: PluginFailureReason): void {
    this.#endReason ??= reason;
    this.#kill();
    this.#calls.failAll(new PluginFailure(this.#endReason));
  }

  #kill(): void {
    const child = this.#child;
    // one that could not be spawned has no id, and Node would send the signal to our own process group
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      // with its group: bubblewrap that is killed early leaves the process behind that it has just begun
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // all of it has just ended
    }
  }

  #noteEnd(): void {
    this.#finish('ended');
    void this.#cleanUp();
    const { providerId, log, diagnosis } = this.#options;
    const fields = {
      providerId,
      reason: this.#endReason,
      outputBytes: this.#output.totalBytes,
      callsOutsideEgress: this.#callsOutsideEgress,
    };
    if (this.#endReason === 'closed') {
      log.info(fields, 'plugin process ended');
      return;
    }
    const { exitCode = null, signalCode: signal = null } = this.#child ?? {};
    diagnosis?.onEvent({ kind: 'ended', exitCode, signal });
    log.warn({ ...fields, exitCode, signal }, 'plugin process failed');
  }

  /** A host that is killed then leaves the egress sockets only, and the next one removes those. */
  async #removeWhatIsLoaded(): Promise<void> {
    if (this.#egress === undefined) await this.#cleanUp();
    else if (this.#pluginFile !== null) await rm(this.#pluginFile, { force: true });
  }

  async #cleanUp(): Promise<void> {
    this.#egress?.close();
    if (this.#directory !== undefined) await removePrivateDirectory(this.#directory);
  }
}

const duplexOf = (child: ChildProcess, descriptor: number): Duplex => {
  const stream = child.stdio[descriptor];
  if (!(stream instanceof Duplex)) throw new PluginFailure('not-started');
  return stream;
};

// Next's types, if loaded, require NODE_ENV in every environment
const noEnvironment = {} as NodeJS.ProcessEnv;
