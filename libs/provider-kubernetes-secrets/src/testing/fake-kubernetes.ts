import { once } from 'node:events';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { clusterAuthority, serverCertificate } from './certificates.ts';
import { type FakeSecret, FakeSecrets } from './fake-secrets.ts';
import { failure, type FakeAnswer, forbidden, noNamespace, notFound, unauthorized } from './statuses.ts';

export interface SeenRequest {
  readonly method: string;
  /** As it came over the wire, still encoded. */
  readonly target: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** What a test puts in the place of an answer; undefined: the server's own. */
export type Intercept = (request: SeenRequest) => FakeAnswer | undefined | void;

const allRights: ReadonlySet<string> = new Set(['create', 'patch', 'delete', 'get', 'list']);

const verbs: Readonly<Record<string, string>> = { POST: 'create', PATCH: 'patch', DELETE: 'delete', GET: 'get' };

/** An API server with one namespace, over TLS. Knows one token and the users whose certificates its authority signed. */
export class FakeKubernetes {
  readonly secrets = new FakeSecrets();
  readonly requests: SeenRequest[] = [];
  /** The content of each answer, as it was sent. */
  readonly answers: unknown[] = [];
  readonly namespace = 'vault';
  readonly token = 'token-of-the-store';
  /** The verbs that the role grants. */
  rights: ReadonlySet<string> = allRights;
  #intercepts: Intercept[] = [];
  readonly #server = https.createServer({
    ...serverCertificate,
    ca: clusterAuthority,
    requestCert: true,
    rejectUnauthorized: false,
  });

  static async start(): Promise<FakeKubernetes> {
    const fake = new FakeKubernetes();
    fake.#server.on('request', (request, response) => void fake.#serve(request, response));
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    return fake;
  }

  get address(): string {
    // a TCP server that listens has an AddressInfo
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get configuration(): Record<string, string> {
    const { address: api_server, namespace, token } = this;
    return { api_server, namespace, token, ca_certificate: clusterAuthority };
  }

  /** Each takes part in one request, in order. */
  intercept(...intercepts: Intercept[]): void {
    this.#intercepts.push(...intercepts);
  }

  /** Takes away what is left of one test before the next. */
  reset(): void {
    this.secrets.clear();
    this.requests.length = 0;
    this.answers.length = 0;
    this.rights = allRights;
    this.#intercepts = [];
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = '', url: target = '', headers } = request;
    const seen: SeenRequest = { method, target, headers, body: await text(request) };
    this.requests.push(seen);
    // the server above speaks TLS
    const isKnown = (request.socket as TLSSocket).authorized || headers.authorization === `Bearer ${this.token}`;
    const answer = this.#intercepts.shift()?.(seen) ?? (isKnown ? this.#answer(seen) : unauthorized);
    response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
    const content = shownAs(answer.body, headers.accept ?? '');
    this.answers.push(content);
    response.end(typeof content === 'string' ? content : JSON.stringify(content));
  }

  #answer({ method, target, body }: SeenRequest): FakeAnswer {
    const url = new URL(target, this.address);
    const [, namespace = '', name] = /^\/api\/v1\/namespaces\/([^/]+)\/secrets(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (namespace === '') return failure(404, 'NotFound', 'the server could not find the requested resource');
    const verb = method === 'GET' && name === undefined ? 'list' : (verbs[method] ?? '');
    if (!this.rights.has(verb)) return forbidden(verb);
    const manager = url.searchParams.get('fieldManager') ?? 'node';
    if (namespace !== this.namespace) return name === undefined ? noNamespace(namespace) : notFound(name);
    switch (verb) {
      case 'create': {
        const { metadata, ...secret } = JSON.parse(body);
        return this.secrets.create(metadata.name, { ...metadata, ...secret }, manager);
      }
      case 'list':
        return this.#list(url.searchParams);
      case 'patch':
        return this.secrets.patch(name ?? '', JSON.parse(body), manager);
      case 'delete':
        return this.secrets.remove(name ?? '', JSON.parse(body || '{}').preconditions);
      default: {
        const secret = this.secrets.get(name ?? '');
        return secret ? { status: 200, body: secret } : notFound(name ?? '');
      }
    }
  }

  #list(query: URLSearchParams): FakeAnswer {
    const selectors = [query.get('fieldSelector') ?? '', query.get('labelSelector') ?? ''].flatMap((all) =>
      all.split(','),
    );
    const after = query.get('continue') ?? '';
    const found = this.secrets.all().filter((secret) => selectors.every((selector) => selects(selector, secret)));
    const rest = found.filter(({ name }) => name > after);
    const page = rest.slice(0, Number(query.get('limit')) || rest.length);
    const metadata = page.length < rest.length ? { continue: page.at(-1)?.name } : {};
    return { status: 200, body: { kind: 'SecretList', apiVersion: 'v1', metadata, items: page } };
  }
}

/** `name=value` or `name!=value`, of a field that Secrets are selected by, or of a label. */
const selects = (selector: string, secret: FakeSecret): boolean => {
  if (selector === '') return true;
  const [, name = '', isNot, value] = /^(.+?)(!?)=(.*)$/.exec(selector) ?? [];
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': secret.name,
    type: secret.type,
    ...secret.labels,
  };
  return (fields[name] === value) === (isNot !== '!');
};

const isList = (body: unknown): body is { readonly metadata: object; readonly items: readonly FakeSecret[] } =>
  typeof body === 'object' && body !== null && 'items' in body;

const isSecret = (body: unknown): body is FakeSecret =>
  typeof body === 'object' && body !== null && 'managers' in body && 'data' in body;

/** What the `Accept` header asks for: https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources */
const shownAs = (body: unknown, accept: string): unknown => {
  if (isSecret(body)) return accept.includes(';as=PartialObjectMetadata;') ? partial(body) : full(body);
  if (!isList(body)) return body;
  if (!accept.includes(';as=Table;')) return { ...body, items: body.items.map(full) };
  const rows = body.items.map(({ name, type, data }) => ({ cells: [name, type, Object.keys(data).length, '7s'] }));
  const columns = [
    ['Name', 'name'],
    ['Type', ''],
    ['Data', ''],
    ['Age', ''],
  ];
  const columnDefinitions = columns.map(([name, format]) => ({
    name,
    type: 'string',
    format,
    description: '',
    priority: 0,
  }));
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: body.metadata, columnDefinitions, rows };
};

const partial = (secret: FakeSecret) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: metadataOf(secret),
});

const full = (secret: FakeSecret) => {
  const { type, data, immutable } = secret;
  return { kind: 'Secret', apiVersion: 'v1', metadata: metadataOf(secret), type, data, immutable };
};

const metadataOf = ({ type: _type, data: _data, immutable: _immutable, managers, ...metadata }: FakeSecret) => ({
  ...metadata,
  managedFields: Object.entries(managers).map(([manager, { time, ownsData }]) => ({
    ...{ manager, operation: 'Update', apiVersion: 'v1', time, fieldsType: 'FieldsV1' },
    fieldsV1: { 'f:metadata': { 'f:annotations': {} }, ...(ownsData && { 'f:data': { '.': {}, 'f:value': {} } }) },
  })),
});
