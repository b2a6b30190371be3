import type { PluginLimits } from '../isolation/plugin-limits.ts';
import type { CallMessage } from '../protocol/messages.ts';
import type { Answer } from './answer.ts';
import { PluginFailure } from './plugin-failure.ts';

export interface CallResult {
  readonly answer: Answer;
  readonly body: Buffer;
}

export type Question = Omit<CallMessage, 'id'>;

export interface CallTableOptions {
  readonly limits: Pick<PluginLimits, 'deadlineMilliseconds' | 'callsInFlight' | 'callsWaiting'>;
  /** Called for each call when it is its turn. */
  readonly send: (message: CallMessage, value: string | undefined) => void;
  /** Called with the methods of the calls that were given up on. */
  readonly onTimeout: (methods: readonly string[]) => void;
  /** Called when no call is in flight and none waits. */
  readonly onIdle: () => void;
}

interface PendingCall {
  readonly method: string;
  readonly resolve: (result: CallResult) => void;
  readonly reject: (failure: PluginFailure) => void;
  readonly deadline: number;
}

interface WaitingCall extends PendingCall {
  readonly question: Question;
  readonly value: string | undefined;
}

/** The calls of one process: some in flight, and a few that wait for their turn. Each ends at its deadline. */
export class CallTable {
  readonly #options: CallTableOptions;
  // both in the order of their deadlines, because all calls have the same time
  readonly #inFlight = new Map<number, PendingCall>();
  readonly #waiting: WaitingCall[] = [];
  /** given up on: an answer that comes late is not a breach of the protocol */
  readonly #expired = new Set<number>();
  #lastId = 0;
  /** one for all calls, and it stays when a call ends early: a timer for each would cost more than its call */
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CallTableOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return this.#inFlight.size === 0 && this.#waiting.length === 0;
  }

  /** The answer to the first message, which has the id 0 and is sent by the caller. @param method what it asks for */
  waitForStart(method: string): Promise<CallResult> {
    return new Promise((resolve, reject) => {
      this.#inFlight.set(0, { method, resolve, reject, deadline: this.#deadline() });
    });
  }

  /** Rejects with `too-busy` at once if too many wait already. */
  ask(question: Question, value: string | undefined): Promise<CallResult> {
    const { callsInFlight, callsWaiting } = this.#options.limits;
    return new Promise((resolve, reject) => {
      const { method } = question;
      const deadline = this.#deadline();
      if (this.#inFlight.size < callsInFlight) this.#send({ method, resolve, reject, deadline }, question, value);
      else if (this.#waiting.length < callsWaiting)
        this.#waiting.push({ method, resolve, reject, deadline, question, value });
      else reject(new PluginFailure('too-busy'));
    });
  }

  /** False when nobody asked. */
  settle(result: CallResult): boolean {
    const { id } = result.answer;
    const call = this.#inFlight.get(id);
    if (!call) return this.#expired.delete(id);
    this.#inFlight.delete(id);
    call.resolve(result);
    this.#sendNext();
    return true;
  }

  failAll(failure: PluginFailure): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const calls = [...this.#inFlight.values(), ...this.#waiting.splice(0)];
    this.#inFlight.clear();
    for (const { reject } of calls) reject(failure);
  }

  #send(call: PendingCall, question: Question, value: string | undefined): void {
    this.#lastId += 1;
    this.#inFlight.set(this.#lastId, call);
    const { method, providerKey, reference, marker, context } = question;
    // to spread the question would cost more than to write it as JSON
    this.#options.send({ id: this.#lastId, method, providerKey, reference, marker, context }, value);
  }

  #sendNext(): void {
    const next = this.#waiting.shift();
    if (next) {
      const { method, resolve, reject, question, value } = next;
      this.#send({ method, resolve, reject, deadline: this.#deadline() }, question, value);
    } else if (this.#inFlight.size === 0) this.#options.onIdle();
  }

  #deadline(): number {
    const { deadlineMilliseconds } = this.#options.limits;
    this.#timer ??= setTimeout(this.#expire, deadlineMilliseconds).unref();
    return performance.now() + deadlineMilliseconds;
  }

  readonly #expire = () => {
    this.#timer = undefined;
    const now = performance.now();
    const overdue = [...this.#inFlight].filter(([, { deadline }]) => deadline <= now);
    for (const [id, { reject }] of overdue) {
      this.#inFlight.delete(id);
      this.#expired.add(id);
      reject(new PluginFailure('timed-out'));
    }
    // a plugin that hangs gets no further calls, so those that wait do not wait twice
    const waited =
      overdue.length > 0 ? this.#waiting.length : this.#waiting.filter(({ deadline }) => deadline <= now).length;
    for (const { reject } of this.#waiting.splice(0, waited)) reject(new PluginFailure('too-busy'));
    this.#setTimer(now);
    if (overdue.length > 0) this.#options.onTimeout(overdue.map(([, { method }]) => method));
  };

  #setTimer(now: number): void {
    const [first] = this.#inFlight.values();
    const earliest = Math.min(first?.deadline ?? Infinity, this.#waiting[0]?.deadline ?? Infinity);
    if (earliest !== Infinity) this.#timer = setTimeout(this.#expire, Math.ceil(earliest - now)).unref();
  }
}
