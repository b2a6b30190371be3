import { CommandControl } from '../launch/command-control.ts';
import { commandEnvironment } from '../launch/command-line.ts';
import type { ForwardedSignal } from '../launch/forward-signals.ts';
import type { IgnoredSignals } from '../launch/ignored-signals.ts';
import type { RunResult } from '../launch/run-command.ts';
import { say } from '../launch/say.ts';
import { staleText } from '../launch/stale-text.ts';
import { requestEnvironment } from '../socket/request-environment.ts';
import type { ChangeLine, ResolveAnswer, ResolvedEnvironment, ResolveRefusal } from '../socket/resolve-protocol.ts';
import { WorkerLink } from '../socket/worker-link.ts';
import { CommandFolder } from '../values/command-folder.ts';
import type { ValueFiles } from '../values/value-files.ts';
import type { ValueSocket } from '../values/value-socket.ts';
import { type PreparedCommand, withCache } from './prepare-command.ts';
import { ValueRefresher } from './value-refresher.ts';

export interface RunSettings {
  readonly kind: 'exec' | 'supervise';
  readonly forwarded: readonly ForwardedSignal[];
  readonly ignored: IgnoredSignals;
  /** who wants to know that there are other values than the command has, and how long it must have been quiet */
  readonly follower?: { readonly changed: () => void; readonly quietMilliseconds: number };
}

/** One run of a command: the worker knows it, its files follow the values, and its socket serves them. */
export class CommandRun {
  readonly #prepared: PreparedCommand;
  readonly #settings: RunSettings;
  readonly #control = new CommandControl();
  readonly #link: WorkerLink;
  readonly #refresher: ValueRefresher;
  #files: ValueFiles | null = null;
  #socket: ValueSocket | null = null;
  #folder: CommandFolder | null = null;
  /** what the command has */
  #versions: Readonly<Record<string, number>> = {};

  constructor(prepared: PreparedCommand, settings: RunSettings) {
    this.#prepared = prepared;
    this.#settings = settings;
    const {
      asked,
      settings: { workerDirectory },
    } = prepared;
    const { owner, name } = asked;
    this.#refresher = new ValueRefresher({
      ask: () => this.#ask(),
      take: (answer) => this.#take(answer),
      refused: (refusal) => say(`the command keeps its values: ${sentenceOf(refusal)}`),
      quietMilliseconds: settings.follower?.quietMilliseconds ?? 0,
    });
    const follows = asked.files || asked.socket || settings.follower !== undefined;
    this.#link = new WorkerLink({
      ...{ workerDirectory, owner, name },
      process: { kind: settings.kind, started: new Date().toISOString() },
      ...(follows && { changed: (change: ChangeLine) => this.#changed(change) }),
    });
  }

  /** Asks for the values. A refusal is said, and how old they are where they may not be the newest. */
  async open(): Promise<ResolveAnswer> {
    const opening = this.#link.open();
    // what starts a command is loaded when the question has left
    setImmediate(() => void import('../launch/run-command.ts'));
    const answer = await opening;
    if ('exitCode' in answer) say(sentenceOf(answer));
    else if (answer.staleSeconds !== null) say(staleText(answer.staleSeconds));
    return answer;
  }

  /** Runs the command, and settles when it has ended. */
  async start(answer: ResolvedEnvironment): Promise<RunResult> {
    const { asked, settings } = this.#prepared;
    const { forwarded, ignored } = this.#settings;
    this.#versions = answer.versions;
    const values = asked.files ? {} : answer.environment;
    const { runCommand } = await import('../launch/run-command.ts');
    try {
      return await runCommand(
        {
          command: asked.command,
          commandArguments: asked.commandArguments,
          environment: commandEnvironment(settings.environment, { ...values, ...(await this.#layOut(answer)) }),
          secretNames: new Set(Object.keys(values)),
        },
        {
          ...{ forwarded, ignored, control: this.#control, ownFolder: this.#folder },
          places: withCache(this.#prepared),
          strict: settings.strict || answer.strict,
          searchPath: settings.environment.PATH,
        },
      );
    } finally {
      this.close();
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#control.signal(signal);
  }

  kill(): void {
    this.#control.kill();
  }

  close(): void {
    this.#refresher.stop();
    this.#link.close();
    this.#socket?.close();
    this.#files?.close();
    this.#folder?.close();
  }

  #ask(): Promise<ResolveAnswer> {
    const {
      settings: { workerDirectory },
      asked: { owner, name },
    } = this.#prepared;
    return requestEnvironment(workerDirectory, { owner, name });
  }

  /** @returns the variables by which the command finds them */
  async #layOut({ environment }: ResolvedEnvironment): Promise<Record<string, string>> {
    const { files, socket } = this.#prepared.asked;
    // loaded when they are needed: what they are made of takes as long as half of exec
    if (files) {
      const { ValueFiles } = await import('../values/value-files.ts');
      this.#files = new ValueFiles(environment);
    }
    if (socket) {
      const { ValueSocket } = await import('../values/value-socket.ts');
      this.#socket = new ValueSocket(() => this.#ask());
    }
    const contents = [this.#files, this.#socket].filter((content) => content !== null);
    if (contents.length === 0) return {};
    this.#folder = new CommandFolder(contents);
    const { path } = this.#folder;
    return Object.assign({}, ...contents.map((content) => content.variables(path))) as Record<string, string>;
  }

  #changed(change: ChangeLine): void {
    this.#socket?.tell(change);
    if (this.#prepared.asked.files || this.#settings.follower !== undefined) this.#refresher.request();
  }

  #take(answer: ResolvedEnvironment): void {
    const isOther =
      this.#files === null ? !areSame(this.#versions, answer.versions) : this.#replaceFiles(this.#files, answer);
    if (!isOther) return;
    this.#versions = answer.versions;
    this.#settings.follower?.changed();
  }

  #replaceFiles(files: ValueFiles, answer: ResolvedEnvironment): boolean {
    try {
      const isOther = files.replace(answer.environment);
      this.#link.moveTo(answer);
      return isOther;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      say(`not all files of the command could be replaced (${code})`);
      return false;
    }
  }
}

const areSame = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): boolean => {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
};

const sentenceOf = ({ variable, message }: ResolveRefusal): string =>
  variable === undefined ? message : `${variable}: ${message}`;
