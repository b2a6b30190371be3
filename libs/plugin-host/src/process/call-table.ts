import type { Answer } from './answer.ts';
import { PluginFailure } from './plugin-failure.ts';

export interface CallResult {
  readonly answer: Answer;
  readonly body: Buffer;
}

interface PendingCall {
  readonly resolve: (result: CallResult) => void;
  readonly reject: (failure: PluginFailure) => void;
  readonly timer: NodeJS.Timeout;
}

/** The calls that wait for an answer, each until its deadline. */
export class CallTable {
  readonly #pending = new Map<number, PendingCall>();
  /** given up on: an answer that comes late is not a breach of the protocol */
  readonly #expired = new Set<number>();
  readonly #onTimeout: () => void;

  constructor(onTimeout: () => void) {
    this.#onTimeout = onTimeout;
  }

  wait(id: number, milliseconds: number): Promise<CallResult> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#expire(id), milliseconds);
      this.#pending.set(id, { resolve, reject, timer });
    });
  }

  /** False when nobody asked. */
  settle(result: CallResult): boolean {
    const { id } = result.answer;
    const call = this.#take(id);
    if (!call) return this.#expired.delete(id);
    call.resolve(result);
    return true;
  }

  failAll(failure: PluginFailure): void {
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(failure);
  }

  #expire(id: number): void {
    this.#expired.add(id);
    this.#take(id)?.reject(new PluginFailure('timed-out'));
    this.#onTimeout();
  }

  #take(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    if (call) clearTimeout(call.timer);
    this.#pending.delete(id);
    return call;
  }
}
