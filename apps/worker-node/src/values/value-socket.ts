import { chmodSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { exitCode } from '../errors/exit-code.ts';
import type { ChangeLine, ResolveAnswer, ResolvedEnvironment } from '../socket/resolve-protocol.ts';
import { ChangeFeed } from './change-feed.ts';
import type { Lay } from './command-folder.ts';

const socketName = 'socket';
const connectionsMaximum = 256;

/** Asks the worker for the values of the command's algorithm: no question of the command says which. */
export type Ask = () => Promise<ResolveAnswer>;

/**
 * The command's own socket, which serves the values of its algorithm over HTTP. It keeps none: each question goes to the worker,
 * which decides whether there is an answer.
 */
export class ValueSocket implements Lay {
  readonly #ask: Ask;
  readonly #feed = new ChangeFeed();
  #server: Server | null = null;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  variables(folder: string): Readonly<Record<string, string>> {
    return { SECRET_STORE_SOCKET: path.join(folder, socketName) };
  }

  async lay(folder: string): Promise<void> {
    // of an attempt before
    this.#server?.close();
    const server = createServer((request, response) => void this.#answer(request, response));
    server.maxConnections = connectionsMaximum;
    this.#server = server;
    const file = path.join(folder, socketName);
    server.listen(file);
    await once(server, 'listening');
    chmodSync(file, 0o600);
  }

  tell(change: ChangeLine): void {
    this.#feed.tell(change);
  }

  close(): void {
    this.#feed.close();
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    response.on('error', () => undefined);
    const [, place, name, ...further] = pathOf(request).split('/').slice(1);
    const isOurs = pathOf(request).startsWith('/v1/') && further.length === 0;
    if (!isOurs || !(place === 'secrets' || (place === 'changes' && name === undefined))) {
      fail(response, 404, 'there is no such path: use /v1/secrets, /v1/secrets/NAME or /v1/changes');
    } else if (request.method !== 'GET') {
      response.setHeader('allow', 'GET');
      fail(response, 405, 'values are only read here: use GET');
    } else if (place === 'changes') {
      const seen = request.headers['last-event-id'];
      this.#feed.listen(response, typeof seen === 'string' ? seen : null);
    } else {
      await this.#answerValues(response, name);
    }
  }

  async #answerValues(response: ServerResponse, name: string | undefined): Promise<void> {
    const answer = await this.#ask();
    if ('exitCode' in answer) {
      const { variable, message } = answer;
      fail(
        response,
        answer.exitCode === exitCode.noPermission ? 403 : 503,
        variable === undefined ? message : `${variable}: ${message}`,
      );
    } else if (name === undefined) {
      const names = Object.keys(answer.environment);
      send(response, 200, {
        number: answer.number,
        secrets: Object.fromEntries(names.map((each) => [each, secretOf(answer, each)])),
      });
    } else if (Object.hasOwn(answer.environment, name)) {
      send(response, 200, secretOf(answer, name));
    } else {
      fail(response, 404, 'this algorithm has no secret of that name: /v1/secrets lists those it has');
    }
  }
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/';

const secretOf = ({ environment, versions }: ResolvedEnvironment, name: string) => ({
  value: environment[name],
  version: versions[name],
});

const fail = (response: ServerResponse, status: number, message: string): void =>
  send(response, status, { error: { code: status, message } });

const send = (response: ServerResponse, status: number, content: unknown): void => {
  const bytes = Buffer.from(JSON.stringify(content), 'utf8');
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    'cache-control': 'no-store',
  });
  response.end(bytes, () => bytes.fill(0));
};
