import { AsyncLocalStorage } from 'node:async_hooks';

const refusedCode = 'EGRESS_REFUSED';
const refusedText = 'this destination is not in the egress list of the plugin';

/** What the plugin gets for a connection or a look-up that its manifest does not list. */
export const refusal = (destination: string, syscall: 'connect' | 'getaddrinfo'): Error =>
  Object.assign(new Error(`${refusedText}: ${destination}`), { code: refusedCode, syscall, hostname: destination });

/** What was refused while a call ran. */
export interface CallTrace {
  /** what the host calls it */
  method: string;
  readonly refused: Set<string>;
  /** connections and refused look-ups */
  attempts: number;
}

/** Notes what is refused, and for which call: a plugin may swallow the error and report one of its own. */
export class Refusals {
  readonly #own = new AsyncLocalStorage<CallTrace>();
  readonly #running = new Set<CallTrace>();
  readonly #onRefused: (destination: string, method: string | undefined) => void;
  #lastWasRefused = false;

  constructor(onRefused: (destination: string, method: string | undefined) => void = () => {}) {
    this.#onRefused = onRefused;
  }

  /** Runs a call. What it begins counts as its own, also in calls at the same time. */
  run<T>(trace: CallTrace, work: () => Promise<T>): Promise<T> {
    this.#running.add(trace);
    return this.#own.run(trace, work).finally(() => this.#running.delete(trace));
  }

  allowed(): void {
    this.#lastWasRefused = false;
    for (const trace of this.#concerned()) trace.attempts += 1;
  }

  refused(destination: string): void {
    this.#lastWasRefused = true;
    const concerned = this.#concerned();
    for (const trace of concerned) {
      trace.attempts += 1;
      trace.refused.add(destination);
    }
    this.#onRefused(destination, concerned.length === 1 ? concerned[0]?.method : undefined);
  }

  /**
   * Whether a destination that is not listed explains why a call failed.
   * @param isVague the error does not say what failed, or only that there is no connection
   */
  explains(error: unknown, trace: CallTrace, isVague: boolean): boolean {
    if (namesRefusal(error)) return true;
    if (!isVague) return false;
    if (trace.refused.size > 0) return true;
    // a library that was refused waits before it tries again, and fails the calls in between without trying
    return trace.attempts === 0 && this.#lastWasRefused && !isMistake(error);
  }

  /** The call that began this; all that run if it was begun by none of them, such as a timer of an earlier one. */
  #concerned(): CallTrace[] {
    const own = this.#own.getStore();
    return own !== undefined && this.#running.has(own) ? [own] : [...this.#running];
  }
}

/** An error that the engine throws for a mistake in the code. */
const isMistake = (error: unknown): boolean =>
  [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);

const deepest = 8;

/** Whether an error, or one that caused it, is ours, or quotes it as gRPC does. */
const namesRefusal = (error: unknown, depth = 0): boolean => {
  if (depth > deepest || typeof error !== 'object' || error === null) return false;
  try {
    const { code, message, details, cause, errors } = error as Record<string, unknown>; // any fields of an unknown error
    if (code === refusedCode) return true;
    if ([message, details].some((text) => typeof text === 'string' && text.includes(refusedText))) return true;
    const causes: unknown[] = [cause, ...(Array.isArray(errors) ? errors.slice(0, deepest) : [])];
    return causes.some((one) => namesRefusal(one, depth + 1));
  } catch {
    return false; // a getter that throws
  }
};
