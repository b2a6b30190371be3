import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';
import { type HttpAnswer, type HttpClient as SdkClient, problemOfStatus } from '@secret-store/provider-sdk/http';
import { type Exchange, exchanges } from './exchange.ts';
import { noteRefusal } from './note-refusal.ts';

/**
 * Replaces the client with which Azure's SDK sends its requests, and its redirects, proxies from the environment and retries,
 * none of which ends with a call of the host.
 * @param origin the only one that requests go to: a URL that the SDK takes from an answer must not carry a token elsewhere
 */
export const createTransport = (origin: string, client: SdkClient): HttpClient => ({
  async sendRequest(request) {
    const exchange = exchanges.getStore();
    if (!exchange) throw new Error('a request outside of an exchange');
    if (new URL(request.url).origin !== origin) throw fail(exchange, 'redirected');
    request.headers.set('User-Agent', 'secret-store');
    request.headers.set('Accept-Encoding', 'identity');
    const answer = await client.send(contentOf(request), exchange.deadline).catch((error: unknown) => {
      throw error instanceof VaultProblemError ? fail(exchange, error.problem) : error;
    });
    if (answer.resent) exchange.repeated = true;
    const problem = isForSdk(answer.status) ? undefined : problemOfStatus(answer.status);
    if (problem !== undefined) throw fail(exchange, problem);
    noteRefusal(exchange, request, answer);
    return responseOf(request, answer);
  },
});

/** A refusal has codes that say why, and the SDK answers a challenge. All else we report ourselves. */
const isForSdk = (status: number): boolean => status >= 400 && status < 500 && status !== 429;

/** Azure's writes may be carried out twice: the second one is another version of the same value, or deletes nothing. */
const contentOf = (request: PipelineRequest) => {
  const { method, url } = request;
  const body = bodyOf(request);
  const headers = request.headers.toJSON({ preserveCase: true });
  return { method, url, headers, repeatable: true, ...(body !== undefined && { body }) };
};

const fail = (exchange: Exchange, problem: VaultProblem): VaultProblemError => {
  exchange.problem = problem;
  return new VaultProblemError(problem);
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
