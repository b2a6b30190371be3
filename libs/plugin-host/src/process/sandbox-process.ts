import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Duplex } from 'node:stream';
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
}

const hostDescriptor = 3;

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
  #directory: string | undefined;
  #pluginFile: string | null = null;
  #egress: Egress | undefined;

  constructor(options: SandboxProcessOptions) {
    this.#options = options;
    this.#calls = new CallTable({
      limits: options.limits,
      send: (message, value) => this.#writer?.write(callHeader(message), value),
      onTimeout: () => this.retire(),
      onIdle: () => this.#endWhenRetired(),
    });
    this.#output = new LogMeter(options.limits.logBytes);
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
  async start(message: Omit<StartMessage, 'egress'>, configuration: ReadonlyMap<string, string>): Promise<CallResult> {
    guardHost();
    const deadline = this.#calls.waitForStart();
    // handled below; a failure before that must not count as unhandled
    deadline.catch(() => {});
    try {
      const command = await this.#prepare();
      this.#spawn(command);
      this.#writer?.write({ ...message, egress: this.#egressPaths(command) }, JSON.stringify([...configuration]));
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
    if (!this.usable) return Promise.reject(new PluginFailure(this.#endReason ?? 'closed'));
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

  #endWhenRetired(): void {
    if (this.#retired && this.#calls.idle) this.#finish('closed');
  }

  async #prepare(): Promise<SandboxCommand> {
    const { isolation, limits, source, destinations, configured, resolveHost } = this.#options;
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
      await writeFile(this.#pluginFile, source, { mode: 0o400, flag: 'wx' });
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
    child.stdout?.on('data', (chunk: Buffer) => this.#countOutput(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.#countOutput(chunk));
    const channel = duplexOf(child, hostDescriptor);
    this.#writer = new FrameWriter(channel);
    channel.on('data', (chunk: Buffer) => this.#receive(chunk));
    const source = duplexOf(child, pluginDescriptor);
    source.end(this.#options.isolation.mode === 'bubblewrap' ? this.#options.source : undefined);
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

  #countOutput(chunk: Buffer): void {
    if (!this.#output.count(chunk.length)) this.#finish('flooded-log');
  }

  #finish(reason: PluginFailureReason): void {
    this.#endReason ??= reason;
    this.#child?.kill('SIGKILL');
    this.#calls.failAll(new PluginFailure(this.#endReason));
  }

  #noteEnd(): void {
    this.#finish('ended');
    void this.#cleanUp();
    const { providerId, log } = this.#options;
    const fields = {
      providerId,
      reason: this.#endReason,
      outputBytes: this.#output.totalBytes,
      callsOutsideEgress: this.#callsOutsideEgress,
    };
    if (this.#endReason === 'closed') log.info(fields, 'plugin process ended');
    else
      log.warn(
        { ...fields, exitCode: this.#child?.exitCode, signal: this.#child?.signalCode },
        'plugin process failed',
      );
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
