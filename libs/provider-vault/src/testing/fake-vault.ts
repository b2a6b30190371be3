import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { envelope, type FakeAnswer, fakeKeyValueV1, fakeKeyValueV2, type FakeMount } from './fake-key-value.ts';

export interface SeenRequest {
  readonly method: string;
  /** As it came over the wire, still encoded. */
  readonly target: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** What a test puts in the place of an answer: an answer, or something that takes the connection. */
export type Intercept = (request: SeenRequest, response: http.ServerResponse) => FakeAnswer | 'taken' | 'pass';

/**
 * Vault's HTTP interface as far as a KV client sees it, over real HTTP; modelled on the answers of OpenBao 2.6. Mounts:
 * `secret` and `team/kv` (version 2), `kv1` (version 1), `plain` (version 1 that does not say so), `old` (version 1
 * under its former name), `transit`.
 */
export class FakeVault {
  readonly token = 'fake-root-token';
  readonly requests: SeenRequest[] = [];
  #intercepts: Intercept[] = [];

  private constructor(
    readonly address: string,
    private readonly server: http.Server | https.Server,
  ) {}

  static async start(tls?: { cert: string; key: string }): Promise<FakeVault> {
    const server = tls ? https.createServer(tls) : http.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server that listens has an AddressInfo; the other types are for pipes and closed servers.
    const { port } = server.address() as AddressInfo;
    const vault = new FakeVault(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`, server);
    server.on('request', (request, response) => void vault.#serve(request, response));
    return vault;
  }

  /** Each intercept takes part in one request, in order. */
  intercept(...intercepts: Intercept[]): void {
    this.#intercepts.push(...intercepts);
  }

  /** Takes away what is left of one test before the next. */
  reset(): void {
    this.requests.length = 0;
    this.#intercepts = [];
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const seen: SeenRequest = {
      method: request.method ?? '',
      target: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.requests.push(seen);
    const intercepted = this.#intercepts.shift()?.(seen, response) ?? 'pass';
    if (intercepted === 'taken') return;
    const answer = intercepted === 'pass' ? this.answer(seen) : intercepted;
    response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }

  /** What the server does with a request. Lets an intercept carry one out and then lose the answer. */
  answer({ method, target, headers, body }: SeenRequest): FakeAnswer {
    if (headers['x-vault-token'] !== this.token) return denied;
    const path = decodeURIComponent(target.replace(/^\/v1\//, ''));
    const preflight = /^sys\/internal\/ui\/mounts\/(.+)$/.exec(path)?.[1];
    const [name, mount] = this.#mountOf(preflight ?? path) ?? [];
    if (preflight !== undefined) {
      if (name === undefined || mount === undefined) {
        const advice = `please ensure client's policies grant access to path "${preflight}/"`;
        return { status: 403, body: { errors: [`preflight capability check returned 403, ${advice}`] } };
      }
      return { status: 200, body: { ...envelope, data: { path: name, type: mount.type, options: mount.options } } };
    }
    if (name === undefined || mount === undefined) {
      return { status: 404, body: { errors: [`no handler for route "${path}". route entry not found.`] } };
    }
    return mount.serve(method, path.slice(name.length), body === '' ? undefined : JSON.parse(body));
  }

  readonly mounts: Map<string, { type: string; options: Record<string, string> | null; serve: FakeMount }> = new Map([
    ['secret/', { type: 'kv', options: { version: '2' }, serve: fakeKeyValueV2() }],
    ['team/kv/', { type: 'kv', options: { version: '2' }, serve: fakeKeyValueV2() }],
    ['kv1/', { type: 'kv', options: { version: '1' }, serve: fakeKeyValueV1() }],
    ['plain/', { type: 'kv', options: {}, serve: fakeKeyValueV1() }],
    ['old/', { type: 'generic', options: null, serve: fakeKeyValueV1() }],
    ['transit/', { type: 'transit', options: null, serve: () => denied }],
  ]);

  #mountOf(path: string) {
    return [...this.mounts].find(([name]) => `${path}/`.startsWith(name));
  }
}

const denied: FakeAnswer = { status: 403, body: { errors: ['permission denied'] } };
