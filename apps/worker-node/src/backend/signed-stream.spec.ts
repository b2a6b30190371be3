import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { believingExchange as exchange } from '../testing/backend/exchanges.ts';
import type { ReceivedAnswer } from './signed-exchange.ts';
import { createSignedStream } from './signed-stream.ts';

let server: Server;
let serve: RequestListener;
let lines: string[];
let onLine: (line: string) => void;
let stopped: AbortController;

beforeEach(async () => {
  lines = [];
  onLine = (line) => lines.push(line);
  stopped = new AbortController();
  server = createServer((request, response) => serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const follow = async (): Promise<void> => {
  // a server with a port has such an address
  const { port } = server.address() as AddressInfo;
  const backend = { url: new URL(`http://127.0.0.1:${port}`) };
  const stream = createSignedStream({ backend, exchange });
  return stream(call());
};

const call = () => ({
  ...{ path: '/api/worker/stream', body: '{}', signal: stopped.signal },
  lines: { onFirst: (line: string) => onLine(`first ${line}`), onLine: (line: string) => onLine(line) },
});

test('each line is handed on as it comes, also one that comes in pieces', async () => {
  serve = (_request, response) => {
    response.write('one\ntw');
    onLine = (line) => {
      lines.push(line);
      if (line === 'first one') response.end('o\nthree\n');
    };
  };
  await follow();
  expect(lines).toEqual(['first one', 'two', 'three']);
});

test('a backend that breaks off in the middle is one that gave no answer', async () => {
  serve = (_request, response) => {
    response.write('one\n');
    onLine = () => response.destroy();
  };
  await expect(follow()).rejects.toMatchObject({ exitCode: 69, message: expect.stringContaining('gave no answer') });
});

test('a refusal is told as for any request of a worker', async () => {
  serve = (_request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { id: 'x', code: 2000, message: 'Not signed by a worker of this store.' } }));
  };
  await expect(follow()).rejects.toMatchObject({ exitCode: 77 });
});

test('a stream that no backend of this store began is not followed', async () => {
  serve = (_request, response) => response.write('one\n');
  const asked: unknown[] = [];
  const { port } = server.address() as AddressInfo;
  const backend = { url: new URL(`http://127.0.0.1:${port}`) };
  const isAnswered = ({ status, body }: ReceivedAnswer): boolean => {
    asked.push([status, body.length]);
    return false;
  };
  const stream = createSignedStream({ backend, exchange: { sign: () => ({ headers: {}, isAnswered }) } });
  await expect(stream(call())).rejects.toMatchObject({
    exitCode: 69,
    message: expect.stringContaining('is not signed by a backend of this store'),
  });
  expect(lines).toEqual([]);
  // its first line
  expect(asked).toEqual([[200, 3]]);
});

test('a stream that was asked for over an old value is asked for again', async () => {
  let requests = 0;
  serve = (_request, response) => {
    requests += 1;
    if (requests === 2) {
      response.end('one\n');
      return;
    }
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { id: 'x', code: 2004, message: 'An old value.' } }));
  };
  await follow();
  expect(lines).toEqual(['first one']);
  expect(requests).toBe(2);
});

test('a line without an end is not collected for ever', async () => {
  let sent = 0;
  serve = (_request, response) => {
    const more = (): void => {
      while (!response.destroyed && sent < 4_000_000) {
        sent += 1_000;
        if (!response.write('x'.repeat(1_000))) {
          response.once('drain', more);
          return;
        }
      }
    };
    more();
  };
  await expect(follow()).rejects.toMatchObject({ exitCode: 69 });
  expect(lines).toEqual([]);
});

test('a worker that ends does not wait for the backend', async () => {
  serve = (_request, response) => {
    response.write('one\n');
    onLine = () => stopped.abort();
  };
  await expect(follow()).rejects.toMatchObject({ exitCode: 69 });
});
