import { setTimeout as delay } from 'node:timers/promises';
import type { ResolveAnswer, ResolvedEnvironment, ResolveRefusal } from '../socket/resolve-protocol.ts';

export interface RefresherOptions {
  readonly ask: () => Promise<ResolveAnswer>;
  readonly take: (answer: ResolvedEnvironment) => void;
  /** once for each reason: values cannot be had now, and the command keeps what it has */
  readonly refused: (refusal: ResolveRefusal) => void;
  /** how long it must have been quiet, so that many changes are one; 0: each counts at once */
  readonly quietMilliseconds: number;
  /** for tests */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** Changes that go on and on are taken nevertheless. */
const quietMillisecondsMaximum = 2_000;
const firstPauseMilliseconds = 1_000;
const longestPauseMilliseconds = 60_000;

/** Asks for the newest values after changes: one question at a time, and one more for what changed meanwhile. */
export class ValueRefresher {
  readonly #options: Required<RefresherOptions>;
  #isWanted = false;
  #isRunning = false;
  #isStopped = false;
  #told: string | null = null;

  constructor(options: RefresherOptions) {
    this.#options = { pause: delay, ...options };
  }

  /** Something changed. */
  request(): void {
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #run(): Promise<void> {
    const { ask, take, pause } = this.#options;
    this.#isRunning = true;
    let longest = firstPauseMilliseconds;
    while (this.#isWanted && !this.#isStopped) {
      await this.#quiet();
      this.#isWanted = false;
      const answer = await ask();
      if (this.#isStopped) break;
      if ('exitCode' in answer) {
        this.#refuse(answer);
        this.#isWanted = true;
        await pause((longest * (1 + Math.random())) / 2);
        longest = Math.min(longest * 2, longestPauseMilliseconds);
      } else {
        this.#told = null;
        longest = firstPauseMilliseconds;
        take(answer);
      }
    }
    this.#isRunning = false;
  }

  async #quiet(): Promise<void> {
    const { quietMilliseconds, pause } = this.#options;
    if (quietMilliseconds === 0) return;
    let waited = 0;
    do {
      this.#isWanted = false;
      await pause(quietMilliseconds);
      waited += quietMilliseconds;
    } while (this.#isWanted && waited < quietMillisecondsMaximum);
  }

  #refuse(refusal: ResolveRefusal): void {
    if (this.#told === refusal.message) return;
    this.#told = refusal.message;
    this.#options.refused(refusal);
  }
}
