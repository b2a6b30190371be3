import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';
import {
  backoffMilliseconds,
  type Connections,
  type HttpAnswer,
  RequestLimit,
  retryAfterMilliseconds,
  sendOnce,
  sendWithRetries,
} from '@secret-store/provider-sdk/http';
import { type Exchange, exchanges } from './exchange.ts';
import type { AzureLimits } from '../configuration/limits.ts';
import { noteRefusal } from './note-refusal.ts';

export interface TransportOptions {
  /** The only origin that requests go to: a URL that the SDK takes from an answer must not carry a token elsewhere. */
  readonly origin: string;
  readonly connections: Connections;
  readonly limits: AzureLimits;
}

/**
 * Replaces the client with which the SDK sends its requests, and its redirects, proxies from the environment and
 * retries, none of which ends with a call of the host.
 */
export const createTransport = ({ origin, connections, limits }: TransportOptions): HttpClient => {
  const inFlight = new RequestLimit();
  const attempt = async (request: PipelineRequest, exchange: Exchange): Promise<HttpAnswer> => {
    const signal = exchange.deadline.signal(limits.requestMilliseconds);
    const { method, url } = request;
    const headers = request.headers.toJSON({ preserveCase: true });
    const body = bodyOf(request);
    const answer = await sendOnce(
      { method, url, headers, signal, ...(body !== undefined && { body }) },
      connections,
    ).catch((error: unknown) => {
      throw error instanceof VaultProblemError ? fail(exchange, error.problem) : error;
    });
    if (answer.resent || answer.status >= 500) exchange.repeated = true;
    return answer;
  };

  return {
    async sendRequest(request) {
      const exchange = exchanges.getStore();
      if (!exchange) throw new Error('a request outside of an exchange');
      if (new URL(request.url).origin !== origin) throw fail(exchange, 'redirected');
      request.headers.set('User-Agent', 'secret-store');
      request.headers.set('Accept-Encoding', 'identity');
      const { deadline } = exchange;
      const { answer } = await sendWithRetries(
        () => inFlight.run(() => attempt(request, exchange), deadline, throttledFor),
        {
          deadline,
          retries: Number.POSITIVE_INFINITY,
          pauseMilliseconds: ({ status, headers }, retry) =>
            status === 429 || (retriedStatuses.has(status) && retry < limits.retries)
              ? (retryAfterMilliseconds(headers) ?? 0) + backoffMilliseconds(retry, limits.retryMilliseconds)
              : undefined,
        },
      ).catch((error: unknown) => {
        throw error instanceof VaultProblemError ? fail(exchange, error.problem) : error;
      });
      const problem = problemOf(answer.status);
      if (problem !== undefined) throw fail(exchange, problem);
      noteRefusal(exchange, request, answer);
      return responseOf(request, answer);
    },
  };
};

const fail = (exchange: Exchange, problem: VaultProblem): VaultProblemError => {
  exchange.problem = problem;
  return new VaultProblemError(problem);
};

/** The pause that a vault asks for which limits the number of requests. */
const throttledFor = ({ status, headers }: HttpAnswer): number | undefined =>
  status === 429 ? (retryAfterMilliseconds(headers) ?? 0) : undefined;

const retriedStatuses = new Set([500, 502, 503, 504]);

/** Statuses that the transport reports itself; the SDK never sees them. */
const problemOf = (status: number): VaultProblem | undefined => {
  if (status === 429) return 'throttled';
  if (status >= 500) return 'unavailable';
  return status >= 300 && status < 400 ? 'redirected' : undefined;
};

/** Azure's clients send strings only. */
const bodyOf = ({ body }: PipelineRequest): string | undefined => {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  throw new TypeError('a body that is no text');
};

const responseOf = (request: PipelineRequest, { status, headers, text }: HttpAnswer): PipelineResponse => {
  const plain = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return { request, status, headers: createHttpHeaders(Object.fromEntries(plain)), bodyAsText: text };
};
