import { isUtf8 } from 'node:buffer';
import http from 'node:http';
import https from 'node:https';
import { VaultProblemError } from '../errors.ts';
import { connectionProblem } from './connection-problem.ts';
import type { Connections } from './connections.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether it may be carried out twice. By default only what reads: GET, HEAD and OPTIONS. */
  readonly repeatable?: boolean;
  /** `deadline.signal(milliseconds)`: covers the wait for a connection and the whole answer. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  /** Any status, also that of a redirect or an error. */
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The request was sent more than once, and an earlier one may have been carried out. Never true for what is not repeatable. */
  readonly resent: boolean;
}

const maximumAnswerBytes = 4 * 1024 * 1024;

/**
 * Sends one request and reads its answer. Follows no redirect, which would carry a credential to another host. The
 * errors contain nothing that the server sent, and have no cause.
 * @throws {VaultProblemError} `timed-out`, `unreachable`, `certificate`, `too-large` for more than 4 MiB, or
 *   `unexpected-answer` for a successful answer that is not UTF-8: decoding it would change a value
 */
export const sendOnce = async (request: HttpRequest, connections: Connections): Promise<HttpAnswer> => {
  const first = await settle(request, agentFor(request, connections));
  if ('answer' in first) return first.answer;
  // with keepAlive: the server closed an open connection at the moment when it was used again
  if (!first.reused || request.signal.aborted) throw problemOf(request, first.error);
  const second = await settle(request, freshAgentFor(request, connections));
  if ('answer' in second) return { ...second.answer, resent: true };
  throw problemOf(request, second.error);
};

const isSecure = ({ url }: HttpRequest): boolean => new URL(url).protocol === 'https:';

/** Whether a request may be carried out twice. */
export const isRepeatable = ({ method, repeatable }: Pick<HttpRequest, 'method' | 'repeatable'>): boolean =>
  repeatable ?? ['GET', 'HEAD', 'OPTIONS'].includes(method.toUpperCase());

/** A connection that was open before may end at any moment, and then nobody knows whether the request was carried out. */
const agentFor = (request: HttpRequest, connections: Connections): http.Agent => {
  if (connections.keepAlive && !isRepeatable(request)) return freshAgentFor(request, connections);
  return isSecure(request) ? connections.https : connections.http;
};

const freshAgentFor = (request: HttpRequest, connections: Connections): http.Agent =>
  isSecure(request) ? new https.Agent({ ...connections.https.options, keepAlive: false }) : new http.Agent();

const problemOf = ({ signal }: HttpRequest, error: unknown): VaultProblemError => {
  if (error instanceof VaultProblemError) return error;
  return new VaultProblemError(signal.aborted ? 'timed-out' : connectionProblem(error));
};

type Settled = { readonly answer: HttpAnswer } | { readonly error: unknown; readonly reused: boolean };

const settle = (request: HttpRequest, agent: http.Agent): Promise<Settled> => {
  const { method, url, headers, signal } = request;
  const body = request.body === undefined ? undefined : Buffer.from(request.body);
  const settings = { method, signal, agent, headers: { ...headers, ...(body && { 'Content-Length': body.length }) } };
  return new Promise((resolve) => {
    const sent = (isSecure(request) ? https : http).request(url, settings, (response) => {
      readText(response).then(
        (text) =>
          resolve({ answer: { status: response.statusCode ?? 0, headers: response.headers, text, resent: false } }),
        (error: unknown) => resolve({ error, reused: false }),
      );
    });
    sent.on('error', (error) => resolve({ error, reused: sent.reusedSocket }));
    sent.end(body);
  });
};

const readText = async (response: http.IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // without an encoding the chunks are Buffers; Node types them as any
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maximumAnswerBytes) {
      response.destroy();
      throw new VaultProblemError('too-large');
    }
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const isSuccess = response.statusCode !== undefined && response.statusCode < 300;
  if (isSuccess && !isUtf8(body)) throw new VaultProblemError('unexpected-answer');
  return body.toString('utf8');
};
