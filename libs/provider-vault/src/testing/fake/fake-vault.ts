import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { denied, deniedByPolicy, type FakeAnswer, noNamespace } from './fake-answer.ts';
import { type FakeState, healthAnswer, refusalOf } from './fake-health.ts';
import { FakeLogins } from './fake-logins.ts';
import { FakeMounts } from './fake-mounts.ts';
import { permits } from './fake-policy.ts';
import { FakeTokens } from './fake-tokens.ts';

export interface SeenRequest {
  readonly method: string;
  /** As it came over the wire, still encoded. */
  readonly target: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface FakeVaultOptions {
  /** without it, the vault speaks plain HTTP */
  readonly tls?: https.ServerOptions;
  /** on 127.0.0.1; 0, the default: any that is free */
  readonly port?: number;
}

/** What a test puts in the place of an answer: an answer, or something that takes the connection. */
export type Intercept = (request: SeenRequest, response: http.ServerResponse) => FakeAnswer | 'taken' | 'pass';

/** Requests about the server or the token itself, which are made beside those that a call of the host is about. */
const besideCalls = /^\/v1\/(auth\/|sys\/health$)/;

/** Vault's HTTP interface as far as a KV client sees it, over real HTTP; modelled on the answers of OpenBao 2.5. */
export class FakeVault {
  readonly token = 'fake-root-token';
  readonly requests: SeenRequest[] = [];
  readonly tokens = new FakeTokens(this.token);
  readonly logins = new FakeLogins(this.tokens);
  readonly mounts = new FakeMounts();
  state: FakeState = 'active';
  /** The address to which a standby redirects its clients. */
  activeAddress = 'https://active.example';
  /** Of requests about secrets or mounts, as a rate limit quota counts them; others are 429, without Retry-After by default. */
  quotaPerSecond = Number.POSITIVE_INFINITY;
  refusedByQuota = 0;
  #second = { begun: 0, requests: 0 };
  #intercepts: { readonly where: RegExp | undefined; readonly take: Intercept }[] = [];

  private constructor(
    readonly address: string,
    private readonly server: http.Server | https.Server,
  ) {}

  static async start({ tls, port: wanted = 0 }: FakeVaultOptions = {}): Promise<FakeVault> {
    const server = tls ? https.createServer(tls) : http.createServer();
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server that listens has an AddressInfo; the other types are for pipes and closed servers.
    const { port } = server.address() as AddressInfo;
    const vault = new FakeVault(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`, server);
    server.on('request', (request, response) => void vault.#serve(request, response));
    return vault;
  }

  /** Each intercept takes part in one request about secrets or mounts, in order. */
  intercept(...intercepts: Intercept[]): void {
    this.#intercepts.push(...intercepts.map((take) => ({ where: undefined, take })));
  }

  /** Each takes part in one request to a target that fits, in order. */
  interceptAt(where: RegExp, ...intercepts: Intercept[]): void {
    this.#intercepts.push(...intercepts.map((take) => ({ where, take })));
  }

  /** The requests to targets that fit. */
  requestsTo(where: RegExp): SeenRequest[] {
    return this.requests.filter(({ target }) => where.test(target));
  }

  /** Removes the state of one test before the next. */
  reset(): void {
    this.requests.length = 0;
    this.#intercepts = [];
    this.state = 'active';
    this.quotaPerSecond = Number.POSITIVE_INFINITY;
    this.refusedByQuota = 0;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const seen: SeenRequest = {
      method: request.method ?? '',
      target: request.url ?? '',
      headers: request.headers,
      body: await text(request),
    };
    this.requests.push(seen);
    const intercepted = this.#interceptFor(seen.target)?.(seen, response) ?? 'pass';
    if (intercepted === 'taken') return;
    const answer = intercepted === 'pass' ? this.#withinQuota(seen) : intercepted;
    response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }

  #withinQuota(seen: SeenRequest): FakeAnswer {
    if (besideCalls.test(seen.target)) return this.answer(seen);
    const now = performance.now();
    if (now - this.#second.begun >= 1_000) this.#second = { begun: now, requests: 0 };
    this.#second.requests += 1;
    if (this.#second.requests <= this.quotaPerSecond) return this.answer(seen);
    this.refusedByQuota += 1;
    return { status: 429, body: { errors: ['request path "secret/data": rate limit quota exceeded'] } };
  }

  #interceptFor(target: string): Intercept | undefined {
    const index = this.#intercepts.findIndex(({ where }) => (where ? where.test(target) : !besideCalls.test(target)));
    return index === -1 ? undefined : this.#intercepts.splice(index, 1)[0]?.take;
  }

  /** What the server does with a request. Lets an intercept carry one out and then lose the answer. */
  answer({ method, target, headers, body }: SeenRequest): FakeAnswer {
    const [encoded = '', query] = target.replace(/^\/v1\//, '').split('?');
    // a list has a path that ends with a slash, also for policies
    const isList = query === 'list=true';
    const path = `${decodeURIComponent(encoded)}${isList ? '/' : ''}`;
    const namespace = String(headers['x-vault-namespace'] ?? '');
    if (path === 'sys/health') return namespace === '' ? healthAnswer(this.state) : unavailableInNamespaces;
    const refusal = refusalOf(this.state, target, this.activeAddress);
    if (refusal) return refusal;
    if (!this.mounts.hasNamespace(namespace)) return noNamespace;
    const data: unknown = body === '' ? undefined : JSON.parse(body);
    const login = /^auth\/(.+)\/login$/.exec(path)?.[1];
    if (login !== undefined) return this.logins.answer(login, data);
    const token = String(headers['x-vault-token'] ?? '');
    const rules = this.tokens.rulesOf(token);
    if (!rules) return denied;
    if (path.startsWith('auth/token/')) return this.tokens.answer(token, path.slice('auth/token/'.length), data);
    const preflight = /^sys\/internal\/ui\/mounts\/(.+)$/.exec(path)?.[1];
    if (preflight !== undefined) return this.mounts.preflight(namespace, preflight, rules);
    const { capability, serve } = this.mounts.route(namespace, isList ? 'LIST' : method, path, data);
    return permits(rules, path, capability) ? serve() : deniedByPolicy;
  }
}

const unavailableInNamespaces: FakeAnswer = { status: 400, body: { errors: ['operation unavailable in namespaces'] } };
