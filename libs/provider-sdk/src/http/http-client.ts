import { VaultProblemError } from '../errors.ts';
import { type ConnectionOptions, type Connections, openConnections } from './connections.ts';
import type { Deadline } from './deadline.ts';
import { RequestLimit } from './request-limit.ts';
import { backoffMilliseconds, retryAfterMilliseconds } from './retry-after.ts';
import { type HttpAnswer, type HttpRequest, isRepeatable, sendOnce } from './send-once.ts';
import { sendWithRetries } from './send-with-retries.ts';

export interface HttpClientOptions extends ConnectionOptions {
  /** For one attempt, 5,000 by default. The deadline may end it earlier. */
  readonly requestMilliseconds?: number;
  /** How many times at most a repeatable request is tried again, 3 by default. After 429 there is no limit but the deadline. */
  readonly retries?: number;
  /** The first pause between attempts, 100 by default. Each one is twice as long as the one before, up to a second, with jitter. */
  readonly retryMilliseconds?: number;
  /** Whether an answer is a failure that may pass: 500, 502, 503 and 504 by default. */
  readonly isTransient?: (answer: HttpAnswer) => boolean;
}

export interface ClientRequest extends Omit<HttpRequest, 'signal'> {
  /** Sent as JSON, with its `Content-Type`, in place of `body`. */
  readonly json?: unknown;
}

/**
 * What a provider sends its requests with. Make one for each server when the provider is created, from its configuration. Follows
 * no redirect, uses no proxy from the environment, always verifies certificates, and reads at most 4 MiB of an answer.
 *
 * What reads is tried again after a failure that may pass and after no answer; what writes only if it is `repeatable`. After 429,
 * which says that nothing was carried out, both are. `Retry-After` is heeded. The client learns from 429 how many requests may be
 * in flight, and sends nothing while the vault asks to be left alone.
 */
export class HttpClient {
  /** For requests outside of these rules, and for a vault's own SDK. */
  readonly connections: Connections;
  readonly #options: Required<Omit<HttpClientOptions, keyof ConnectionOptions>>;
  readonly #inFlight = new RequestLimit();

  constructor({
    requestMilliseconds = 5_000,
    retries = 3,
    retryMilliseconds = 100,
    isTransient = ({ status }) => transientStatuses.has(status),
    ...connections
  }: HttpClientOptions = {}) {
    this.connections = openConnections(connections);
    this.#options = { requestMilliseconds, retries, retryMilliseconds, isTransient };
  }

  /**
   * @param deadline that of the whole method, `Deadline.of(context)`
   * @returns the answer whatever its status; `requireSuccess` and `readJson` say what is wrong with it
   * @throws {VaultProblemError} without an answer: `unreachable`, `not-in-egress`, `certificate`, `timed-out`, `throttled`,
   *   `too-large`, or `unexpected-answer`
   */
  async send({ json, ...request }: ClientRequest, deadline: Deadline): Promise<HttpAnswer> {
    const content = json === undefined ? request : { ...request, ...asJson(json, request.headers) };
    let isUncertain = false;
    const attempt = async (): Promise<Outcome> => {
      const wasUncertain = isUncertain;
      const outcome = await this.#attempt(content, deadline);
      if (outcome instanceof VaultProblemError || this.#options.isTransient(outcome)) isUncertain = true;
      return outcome instanceof VaultProblemError ? outcome : { ...outcome, resent: outcome.resent || wasUncertain };
    };
    const { answer } = await sendWithRetries(() => this.#inFlight.run(attempt, deadline, throttledFor), {
      deadline,
      retries: Number.POSITIVE_INFINITY,
      pauseMilliseconds: (outcome, retry) => this.#pause(content, outcome, retry),
    });
    if (answer instanceof VaultProblemError) throw answer;
    return answer;
  }

  async #attempt(request: Omit<HttpRequest, 'signal'>, deadline: Deadline): Promise<Outcome> {
    try {
      const signal = deadline.signal(this.#options.requestMilliseconds);
      return await sendOnce({ ...request, signal }, this.connections);
    } catch (error) {
      const mayPass = error instanceof VaultProblemError && passingProblems.has(error.problem);
      if (mayPass && isRepeatable(request)) return error;
      throw error;
    }
  }

  #pause(request: Omit<HttpRequest, 'signal'>, outcome: Outcome, retry: number): number | undefined {
    const { retries, retryMilliseconds, isTransient } = this.#options;
    const pause = backoffMilliseconds(retry, retryMilliseconds);
    const isWithinRetries = retry < retries && isRepeatable(request);
    if (outcome instanceof VaultProblemError) return isWithinRetries ? pause : undefined;
    const isTriedAgain = outcome.status === 429 || (isWithinRetries && isTransient(outcome));
    return isTriedAgain ? (retryAfterMilliseconds(outcome.headers) ?? 0) + pause : undefined;
  }
}

/** An error: there was no answer, and another attempt may bring one. */
type Outcome = HttpAnswer | VaultProblemError;

const transientStatuses: ReadonlySet<number> = new Set([500, 502, 503, 504]);
const passingProblems: ReadonlySet<string> = new Set(['unreachable', 'timed-out']);

const throttledFor = (outcome: Outcome): number | undefined =>
  'status' in outcome && outcome.status === 429 ? (retryAfterMilliseconds(outcome.headers) ?? 0) : undefined;

const asJson = (json: unknown, headers: HttpRequest['headers']) => ({
  body: JSON.stringify(json),
  headers: { 'Content-Type': 'application/json', ...headers },
});
