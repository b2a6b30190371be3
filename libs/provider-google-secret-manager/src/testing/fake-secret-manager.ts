import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type FakeAnswer, FakeSecrets, failed, type Input } from './fake-secrets.ts';
import { FakeTokens, federation, serviceAccount } from './fake-tokens.ts';

export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  readonly authorization: string | undefined;
}

/** What a test puts in the place of an answer: an answer, or something that takes the connection. */
export type Intercept = (request: SeenRequest, response: http.ServerResponse) => FakeAnswer | 'taken' | 'pass';

/** Secret Manager and Google's token service as their clients see them, over HTTP. */
export class FakeSecretManager {
  readonly secrets = new FakeSecrets();
  readonly tokens = new FakeTokens();
  readonly requests: SeenRequest[] = [];
  #intercepts: Intercept[] = [];
  /** What requests begin with. */
  parent = 'projects/example-project';

  private constructor(
    readonly endpoint: string,
    private readonly server: http.Server,
  ) {}

  static async start(): Promise<FakeSecretManager> {
    const server = http.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server that listens has an AddressInfo; the other types are for pipes and closed servers.
    const { port } = server.address() as AddressInfo;
    const fake = new FakeSecretManager(`http://127.0.0.1:${port}`, server);
    server.on('request', (request, response) => void fake.#serve(request, response));
    return fake;
  }

  /** A configuration that it accepts. */
  get configuration(): Record<string, string> {
    return { ...this.#common, service_account_key: JSON.stringify(serviceAccount, null, 2) };
  }

  /** Another one, with a token of the platform. */
  get federatedConfiguration(): Record<string, string> {
    return { ...this.#common, ...federation, token_service: this.endpoint };
  }

  get #common(): Record<string, string> {
    return { project_id: 'example-project', endpoint: this.endpoint };
  }

  /** Puts a secret there as other users of the project would. */
  put(name: string, value: string): void {
    this.secrets.stored.set(name, { body: {}, versions: [] });
    this.change(name, value);
  }

  change(name: string, value: string): void {
    const createTime = new Date().toISOString();
    this.secrets.stored.get(name)?.versions.push({ createTime, state: 'ENABLED', data: Buffer.from(value) });
  }

  /** Each intercept takes part in one request, in order. */
  intercept(...intercepts: Intercept[]): void {
    this.#intercepts.push(...intercepts);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const seen = { method, target: url, body: await text(request), authorization: headers.authorization };
    this.requests.push(seen);
    const intercepted = this.#intercepts.shift()?.(seen, response) ?? 'pass';
    if (intercepted === 'taken') return;
    const { status, body } = intercepted === 'pass' ? this.#answer(seen) : intercepted;
    response.writeHead(status, { 'Content-Type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
  }

  #answer({ method, target, body, authorization }: SeenRequest): FakeAnswer {
    if (method === 'POST' && target === '/v1/token') return this.tokens.exchange(body);
    const refused = this.tokens.refuse(authorization);
    if (refused) return refused;
    const { pathname, searchParams } = new URL(target, this.endpoint);
    const start = `/v1/${this.parent}/secrets`;
    if (!pathname.startsWith(start)) return failed(404, 'NOT_FOUND', 'no such resource');
    return this.#route(`${method} ${pathname.slice(start.length)}`, searchParams, body);
  }

  #route(request: string, query: URLSearchParams, body: string): FakeAnswer {
    // what the provider sent
    const input = JSON.parse(body || '{}') as Input;
    const [, method, name = '', version = '', verb = ''] =
      /^(\w+) (?:\/([\w-]+)(?:\/versions\/(\w+))?(:\w+)?)?$/.exec(request) ?? [];
    switch (`${method} ${name && 'name'}${version && '/version'}${verb}`) {
      case 'POST ':
        return this.secrets.create(query.get('secretId') ?? '', input);
      case 'GET ':
        return this.secrets.list(query);
      case 'POST name:addVersion':
        return this.secrets.add(name, input);
      case 'DELETE name':
        return this.secrets.remove(name);
      case 'GET name/version':
        return this.secrets.version(name, version);
      case 'GET name/version:access':
        return this.secrets.access(name, version);
      default:
        return { status: 404, body: {} };
    }
  }
}
