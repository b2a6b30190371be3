import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';

let server: Server;
afterEach(() => {
  server.close();
});

/** @returns the exit code of the check of a store that listens on this address */
const check = async (listens: string, told: string): Promise<number> => {
  server = createServer((request, answer) => answer.writeHead(request.url === '/healthz' ? 200 : 404).end());
  await once(server.listen(0, listens), 'listening');
  const { port } = server.address() as AddressInfo;
  const env = { ...process.env, SECRET_STORE_HOST: told, SECRET_STORE_PORT: `${port}`, SECRET_STORE_TLS_CERT: '' };
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'healthcheck.mjs')], { env });
  const [code] = await once(child, 'exit');
  return code;
};

test.each([
  ['127.0.0.1', ''],
  ['127.0.0.1', '0.0.0.0'],
  ['127.0.0.2', '127.0.0.2'],
])('a store that listens on %s is asked there, where the setting is %j', async (listens, told) => {
  expect(await check(listens, told)).toBe(0);
});

test('a store that listens elsewhere is not well', async () => {
  expect(await check('127.0.0.1', '127.0.0.2')).toBe(1);
});
