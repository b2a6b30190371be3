import { setTimeout as delay } from 'node:timers/promises';
import type { AskOptions } from '../waiting/ask-again.ts';
import { monotonicMilliseconds } from '../waiting/monotonic-clock.ts';
import type { Conversation } from './conversation.ts';
import { openEnvironment } from './request-environment.ts';
import type { CallingProcess, ChangeLine, ResolveAnswer, ResolvedEnvironment } from './resolve-protocol.ts';

export interface LinkSettings {
  readonly workerDirectory: string;
  readonly owner: string;
  readonly name: string;
  readonly process: Pick<CallingProcess, 'kind' | 'started'>;
  /** told of each set that changed a variable; none: the worker tells nothing */
  readonly changed?: (change: ChangeLine) => void;
  /** for tests */
  readonly asking?: AskOptions;
}

/** A connection that lasted as long was a good one: the next is tried soon. */
const goodMilliseconds = 10_000;
const firstPauseMilliseconds = 100;
const longestPauseMilliseconds = 10_000;

/** What the command has, by which changes are told apart. */
type Held = Pick<ResolvedEnvironment, 'number' | 'versions'>;

/**
 * The connection by which the worker knows a command while it runs. When the worker ends, it connects again, and tells what
 * changed meanwhile.
 */
export class WorkerLink {
  readonly #settings: LinkSettings;
  #conversation: Conversation | null = null;
  #has: Held = { number: 0, versions: {} };
  /** of the set that was told last */
  #told: number | null = null;
  #pause = firstPauseMilliseconds;
  #isClosed = false;

  constructor(settings: LinkSettings) {
    this.#settings = settings;
  }

  /** Asks for the values of a command that is about to start. */
  async open(): Promise<ResolveAnswer> {
    const { answer, conversation } = await this.#ask();
    if (!('exitCode' in answer)) this.#has = answer;
    if (this.#isClosed) conversation?.end();
    else if (conversation !== null) this.#keep(conversation);
    return answer;
  }

  /** The command has newer values now. */
  moveTo({ number, versions }: Held): void {
    this.#has = { number, versions };
    this.#conversation?.send(JSON.stringify({ number }));
  }

  close(): void {
    this.#isClosed = true;
    this.#conversation?.end();
  }

  #ask(number?: number) {
    const { workerDirectory, owner, name, process, changed, asking } = this.#settings;
    const watch = changed === undefined ? undefined : true;
    return openEnvironment(workerDirectory, { owner, name, process: { ...process, number }, watch }, asking);
  }

  #keep(conversation: Conversation): void {
    const begun = monotonicMilliseconds();
    this.#conversation = conversation;
    conversation.hear({
      heard: (line) => {
        // from the daemon of the same build
        const change = JSON.parse(line) as ChangeLine;
        this.#tell(change);
      },
      ended: () => {
        this.#conversation = null;
        if (monotonicMilliseconds() - begun >= goodMilliseconds) this.#pause = firstPauseMilliseconds;
        void this.#connectAgain();
      },
    });
  }

  /** Callers that lost the worker together do not come back together. */
  async #connectAgain(): Promise<void> {
    const { asking: { pause = delay } = {} } = this.#settings;
    while (!this.#isClosed) {
      await pause((this.#pause * (1 + Math.random())) / 2);
      this.#pause = Math.min(this.#pause * 2, longestPauseMilliseconds);
      if (this.#isClosed) return;
      const asked = this.#has.number;
      const { answer, conversation } = await this.#ask(asked);
      if (conversation === null || 'exitCode' in answer) continue;
      if (this.#isClosed) {
        conversation.end();
        return;
      }
      this.#keep(conversation);
      if (asked !== this.#has.number) this.moveTo(this.#has);
      this.#compare(answer);
      return;
    }
  }

  #compare({ number, versions }: Held): void {
    const names = new Set([...Object.keys(this.#has.versions), ...Object.keys(versions)]);
    const changed = [...names].filter((name) => this.#has.versions[name] !== versions[name]);
    if (changed.length > 0 && number !== this.#told) this.#tell({ number, changed });
  }

  #tell(change: ChangeLine): void {
    this.#told = change.number;
    this.#settings.changed?.(change);
  }
}
