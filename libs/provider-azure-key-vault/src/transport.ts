import https from 'node:https';
import { createSecureContext, rootCertificates } from 'node:tls';
import { setTimeout as pause } from 'node:timers/promises';
import { createHttpHeaders, type HttpClient, type PipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';
import { type Exchange, exchanges } from './exchange.ts';
import type { AzureLimits } from './limits.ts';
import { connectionProblem } from './connection-problem.ts';
import { noteRefusal } from './note-refusal.ts';
import { type Answer, sendOnce } from './send-once.ts';

export interface TransportOptions {
  /** The only place that requests go to: what the SDK takes from an answer must not carry a token elsewhere. */
  readonly origin: string;
  readonly agent: https.Agent;
  readonly limits: AzureLimits;
}

/** @param authorities certificates that are trusted beside those that Node.js knows */
export function createAgent(authorities: readonly string[]): https.Agent {
  return new https.Agent({
    keepAlive: true,
    rejectUnauthorized: true,
    // Made once: reading all certificates anew for each connection takes longer than connecting.
    ...(authorities.length > 0 && { secureContext: createSecureContext({ ca: [...rootCertificates, ...authorities] }) }),
  });
}

/**
 * What the SDK sends its requests with, in the place of its own client, redirects, proxies from the environment and
 * retries, none of which ends with a call of the host.
 */
export function createTransport({ origin, agent, limits }: TransportOptions): HttpClient {
  async function attempt(request: PipelineRequest, exchange: Exchange): Promise<Answer> {
    const signal = exchange.deadline.signal(limits.requestMilliseconds);
    try {
      return await sendOnce(request, agent, signal);
    } catch (error) {
      throw fail(exchange, signal.aborted ? 'timed-out' : connectionProblem(error));
    }
  }

  return {
    async sendRequest(request) {
      const exchange = exchanges.getStore();
      if (!exchange) throw new Error('a request outside of an exchange');
      if (new URL(request.url).origin !== origin) throw fail(exchange, 'redirected');
      request.headers.set('User-Agent', 'secret-store');
      request.headers.set('Accept-Encoding', 'identity');

      for (let retry = 0; ; retry += 1) {
        const answer = await attempt(request, exchange);
        if (answer.resent || answer.status >= 500) exchange.repeated = true;
        const problem = problemOf(answer.status);
        if (problem === undefined) {
          noteRefusal(exchange, request, answer);
          return responseOf(request, answer);
        }
        const delay = retryAfterMilliseconds(answer) ?? limits.retryMilliseconds * 2 ** retry * (0.5 + Math.random());
        const again = retriedStatuses.has(answer.status) && retry < limits.retries;
        if (!again || exchange.deadline.remainingMilliseconds <= delay) throw fail(exchange, problem);
        await pause(delay);
      }
    },
  };
}

function fail(exchange: Exchange, problem: VaultProblem): VaultProblemError {
  exchange.problem = problem;
  return new VaultProblemError(problem);
}

const retriedStatuses = new Set([429, 500, 502, 503, 504]);

/** What ends here; the SDK sees none of it. */
function problemOf(status: number): VaultProblem | undefined {
  if (status === 429) return 'throttled';
  if (status >= 500) return 'unavailable';
  return status >= 300 && status < 400 ? 'redirected' : undefined;
}

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterMilliseconds({ headers }: Answer): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

function responseOf(request: PipelineRequest, { status, headers, text }: Answer): PipelineResponse {
  const plain = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  return { request, status, headers: createHttpHeaders(Object.fromEntries(plain)), bodyAsText: text };
}
