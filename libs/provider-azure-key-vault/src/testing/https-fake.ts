import { once } from 'node:events';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { serverCertificate } from './certificates.ts';

export interface SeenRequest {
  readonly method: string;
  /** As it came over the wire, still encoded. */
  readonly target: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** What a test puts in the place of an answer: an answer, or something that takes the connection. */
export type Intercept = (request: SeenRequest, response: http.ServerResponse) => FakeAnswer | 'taken' | 'pass';

/** A server on this machine that answers JSON over TLS, writes down what it saw, and lets a test step in. */
export abstract class HttpsFake {
  readonly requests: SeenRequest[] = [];
  #intercepts: Intercept[] = [];
  #rule: Intercept = () => 'pass';
  #server: https.Server | undefined;

  async listen(): Promise<void> {
    const server = https.createServer(serverCertificate);
    server.on('request', (request, response) => void this.#serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
  }

  get port(): number {
    // A TCP server that listens has an AddressInfo; the other types are for pipes and closed servers.
    return (this.#server?.address() as AddressInfo).port;
  }

  get address(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** Each intercept takes part in one request, in order. */
  intercept(...intercepts: Intercept[]): void {
    this.#intercepts.push(...intercepts);
  }

  /** Takes part in every request until the next reset. */
  always(rule: Intercept): void {
    this.#rule = rule;
  }

  /** Takes away what is left of one test before the next. */
  reset(): void {
    this.requests.length = 0;
    this.#intercepts = [];
    this.#rule = () => 'pass';
  }

  /** Ends the connections that clients keep open, as a server does after a while. */
  dropConnections(): void {
    this.#server?.closeAllConnections();
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  /** What the server does with a request. Lets an intercept carry one out and then lose the answer. */
  abstract answer(request: SeenRequest): FakeAnswer;

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const seen: SeenRequest = {
      method: request.method ?? '',
      target: request.url ?? '',
      headers: request.headers,
      body: await text(request),
    };
    this.requests.push(seen);
    const intercepted = (this.#intercepts.shift() ?? this.#rule)(seen, response);
    if (intercepted === 'taken') return;
    const answer = intercepted === 'pass' ? this.answer(seen) : intercepted;
    response.writeHead(answer.status, { 'Content-Type': 'application/json; charset=utf-8', ...answer.headers });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }
}
