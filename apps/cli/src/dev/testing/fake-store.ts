import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';

interface Provider {
  readonly id: string;
  readonly name: string;
  readonly factoryClassName: string;
  readonly moduleName: string | null;
}

const Requested = z.looseObject({ name: z.string(), factoryClassName: z.string() });

/** The routes of a store that `dev` calls, with their answers as the real one gives them. */
export class FakeStore {
  readonly apiKey = 'admin-key-5c2e';
  readonly providers: Provider[] = [];
  /** the bodies of requests that created a provider */
  readonly created: Record<string, unknown>[] = [];
  uploads = 0;
  /** what the next preparations end with; active without any */
  failure: { readonly step: string; readonly message: string } | null = null;
  readonly #server = http.createServer((request, response) => void this.#serve(request, response));
  #port = 0;

  static async start(): Promise<FakeStore> {
    const store = new FakeStore();
    store.#server.listen(0, '127.0.0.1');
    await once(store.#server, 'listening');
    // a TCP server that listens has an AddressInfo
    store.#port = (store.#server.address() as AddressInfo).port;
    return store;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { status, content } = this.#answer(request, body);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content));
  }

  #answer({ method, url, headers }: IncomingMessage, body: Buffer): { status: number; content: unknown } {
    if (headers.authorization !== `Simple ${this.apiKey}`) return refusal(401, 'The API key is not valid.');
    if (url === '/v1/admin/secret-provider') return method === 'GET' ? good(this.providers) : this.#create(body);
    const [, id, rest] = /^\/v1\/admin\/plugins\/secret-provider\/([\w-]+)(\/preparation)?$/.exec(url ?? '') ?? [];
    if (id === undefined) return refusal(404, 'There is no such route.');
    if (rest === undefined) this.uploads += 1;
    return good(this.#preparation());
  }

  #create(body: Buffer): { status: number; content: unknown } {
    const requested = Requested.parse(JSON.parse(body.toString('utf8')));
    this.created.push(requested);
    const { name, factoryClassName } = requested;
    const provider = { id: `id-${this.providers.length}`, name, factoryClassName, moduleName: null };
    this.providers.push(provider);
    return good(provider);
  }

  #preparation() {
    const passed = ['received', 'format', 'start'].map((step) => ({ step, state: 'done', message: '' }));
    if (this.failure === null)
      return {
        state: 'active',
        step: 'active',
        message: 'The module is active.',
        steps: [...passed, { step: 'update', state: 'skipped', message: 'The provider does not update.' }],
      };
    const { step, message } = this.failure;
    return { state: 'failed', step, message, steps: [...passed, { step, state: 'failed', message }] };
  }
}

const good = (content: unknown) => ({ status: 200, content });
const refusal = (status: number, message: string) => ({ status, content: { error: { id: '1', code: 1, message } } });
