import type { SecretContext } from '@secret-store/provider-sdk';

/** How much of its time a call has before its signal is aborted: with 10 s, 1.5 s are left to report why. */
const share = 0.85;

/** The context of a call. Its signal is no property of its own: who writes a context as JSON gets what the host sent. */
export class CallContext implements SecretContext {
  readonly secretId: string;
  readonly algorithmId: string;
  readonly environmentVariable: string;
  readonly version: number;
  readonly #abortAt: number;
  #signal: AbortSignal | undefined;

  constructor({ secretId, algorithmId, environmentVariable, version }: SecretContext, deadlineMilliseconds: number) {
    this.secretId = secretId;
    this.algorithmId = algorithmId;
    this.environmentVariable = environmentVariable;
    this.version = version;
    this.#abortAt = performance.now() + deadlineMilliseconds * share;
  }

  /** Made when it is asked for: a timer for each call would cost more than a short call does. */
  get signal(): AbortSignal {
    this.#signal ??= AbortSignal.timeout(Math.max(0, Math.round(this.#abortAt - performance.now())));
    return this.#signal;
  }
}
