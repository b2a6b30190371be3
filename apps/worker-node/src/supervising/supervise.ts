import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCode } from '../errors/exit-code.ts';
import type { ForwardedSignal } from '../launch/forward-signals.ts';
import type { SuperviseArguments } from '../running/parse-arguments.ts';
import type { RunResult } from '../launch/run-command.ts';
import type { ResolveAnswer, ResolvedEnvironment } from '../socket/resolve-protocol.ts';
import { Backoff } from './backoff.ts';

/** One run of the command, as far as it matters here. */
export interface SupervisedRun {
  /** Asks for the values, and says a refusal. */
  open(): Promise<ResolveAnswer>;
  start(answer: ResolvedEnvironment): Promise<RunResult>;
  signal(signal: NodeJS.Signals): void;
  kill(): void;
  close(): void;
}

export interface SuperviseOptions {
  readonly rules: Pick<SuperviseArguments, 'onChange' | 'drainSeconds' | 'maxRestarts'>;
  /** A run that was not begun. @param changed is called when there are other values than the command has */
  readonly createRun: (changed: () => void) => SupervisedRun;
  readonly say: (message: string) => void;
  /** for tests */
  readonly now?: () => number;
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
  readonly random?: () => number;
}

/** These ask supervise to end; the others are for the command alone. */
const stops: ReadonlySet<ForwardedSignal> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT']);

/** How a run ended, and what comes next: another run, or the end with this exit code. */
type Next = { readonly again: 'at-once' | 'later'; readonly ran: number } | { readonly end: number };

/** Keeps a command running, with the newest values, until it ends well or is told to end. */
export class Supervisor {
  readonly #options: Required<SuperviseOptions>;
  readonly #backoff: Backoff;
  readonly #stopped = new AbortController();
  readonly #stop = new Promise<'stopped'>((resolve) => {
    this.#stopped.signal.addEventListener('abort', () => resolve('stopped'));
  });
  #stoppedBy: ForwardedSignal | null = null;
  #run: SupervisedRun | null = null;
  /** the command ends because we asked it to, for its new values */
  #isEnding = false;
  #heardHangUp = false;
  #hasRunBefore = false;
  #restarts = 0;

  constructor(options: SuperviseOptions) {
    this.#options = { now: () => performance.now(), pause: pauseUnless, random: Math.random, ...options };
    this.#backoff = new Backoff(this.#options.random);
  }

  /** @returns the exit code */
  async supervise(): Promise<number> {
    for (;;) {
      const next = await this.#runOnce();
      if ('end' in next) return next.end;
      if (next.again === 'at-once') continue;
      const milliseconds = this.#backoff.next(next.ran);
      this.#options.say(`the command is started again in ${Math.round(milliseconds / 1000)} s`);
      await this.#options.pause(milliseconds, this.#stopped.signal);
      if (this.#stoppedBy !== null) return codeOf(this.#stoppedBy);
    }
  }

  /** A signal that we got. @param hasCommand the command has it already */
  heard(signal: ForwardedSignal, hasCommand: boolean): void {
    if (!hasCommand) this.#run?.signal(signal);
    // a command that a hang-up ends was left behind by its terminal; one that lives on takes it for something else
    if (signal === 'SIGHUP') this.#heardHangUp = true;
    if (!stops.has(signal)) return;
    const isFirst = this.#stoppedBy === null;
    this.#stoppedBy ??= signal;
    this.#stopped.abort();
    if (isFirst && this.#run !== null) void this.#killLater(this.#run);
  }

  async #runOnce(): Promise<Next> {
    const run = this.#options.createRun(() => this.#changed(run));
    this.#isEnding = false;
    this.#heardHangUp = false;
    this.#run = run;
    try {
      const answer = await Promise.race([run.open(), this.#stop]);
      if (answer === 'stopped' || this.#stoppedBy !== null) return { end: codeOf(this.#stoppedBy ?? 'SIGTERM') };
      if ('exitCode' in answer) return this.#afterRefusal(answer.exitCode);
      const begun = this.#options.now();
      const result = await run.start(answer);
      return this.#afterRun(result, this.#options.now() - begun);
    } finally {
      this.#run = null;
      run.close();
    }
  }

  /** What may pass is waited for; the first time, supervise ends as exec does. */
  #afterRefusal(code: number): Next {
    return this.#hasRunBefore && code === exitCode.unavailable ? { again: 'later', ran: 0 } : { end: code };
  }

  #afterRun({ isStarted, exitCode: code }: RunResult, ran: number): Next {
    if (this.#stoppedBy !== null) return { end: code };
    if (!isStarted) return this.#afterRefusal(code);
    const isFirst = !this.#hasRunBefore;
    this.#hasRunBefore = true;
    if (this.#heardHangUp && code === codeOf('SIGHUP')) return { end: code };
    if (this.#isEnding) return { again: 'at-once', ran };
    if (code === 0) return { end: 0 };
    const isMissing = code === exitCode.notFound || code === exitCode.notExecutable;
    const { maxRestarts } = this.#options.rules;
    if ((isMissing && isFirst) || this.#restarts === maxRestarts) return { end: code };
    this.#restarts += 1;
    return { again: 'later', ran };
  }

  #changed(run: SupervisedRun): void {
    const { onChange } = this.#options.rules;
    if (this.#run !== run || this.#isEnding || this.#stoppedBy !== null || onChange === 'leave') return;
    if (onChange !== 'restart') {
      run.signal(onChange.signal);
      return;
    }
    this.#isEnding = true;
    this.#options.say('values have changed: the command is started again with them');
    run.signal('SIGTERM');
    void this.#killLater(run);
  }

  /** A command that does not end in time is killed. */
  async #killLater(run: SupervisedRun): Promise<void> {
    await this.#options.pause(this.#options.rules.drainSeconds * 1000, new AbortController().signal);
    if (this.#run === run) run.kill();
  }
}

const codeOf = (signal: ForwardedSignal): number => 128 + constants.signals[signal];

const pauseUnless = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
};
