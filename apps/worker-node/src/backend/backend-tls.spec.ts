import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { believingExchange as exchange } from '../testing/backend/exchanges.ts';
import { createSignedCall } from './signed-call.ts';
import { createSignedStream } from './signed-stream.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'secret-store-worker-tls-'));
const file = (name: string): string => path.join(folder, name);
const servers: Server[] = [];

const openssl = (...words: string[]): void => void execFileSync('openssl', words, { stdio: 'ignore', cwd: folder });
const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate of the authority for this address. */
const certify = (name: string, address: string): void => {
  openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  writeFileSync(file(`${name}.ext`), `subjectAltName=IP:${address}\n`);
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.pem`);
};

beforeAll(() => {
  openssl('req', '-x509', ...key, '-subj', '/CN=An authority', '-days', '2', '-keyout', 'ca.key', '-out', 'ca.pem');
  certify('store', '127.0.0.1');
  certify('other', '127.0.0.2');
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const serve = async (name: string, options: ServerOptions = {}): Promise<URL> => {
  const identity = { cert: readFileSync(file(`${name}.pem`)), key: readFileSync(file(`${name}.key`)) };
  const server = createServer({ ...identity, ...options }, (_request, response) => response.end('ok'));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // a server with a port has such an address
  const { port } = server.address() as AddressInfo;
  return new URL(`https://127.0.0.1:${port}`);
};

const trusted = () => [readFileSync(file('ca.pem'), 'utf8')];
const ask = async (url: URL, authorities: readonly string[]): Promise<string> =>
  Buffer.from((await createSignedCall({ backend: { url, authorities }, exchange })('GET', '/')).bytes).toString('utf8');

test('a backend with a certificate of a named authority is asked over TLS 1.3', async () => {
  const url = await serve('store', { minVersion: 'TLSv1.3' });
  expect(await ask(url, trusted())).toBe('ok');
});

test('a backend with a certificate of an unknown authority is not asked, and the setting is named', async () => {
  const url = await serve('store');
  const refusal = { exitCode: 69, message: expect.stringContaining('SECRET_STORE_CA_FILE') };
  await expect(ask(url, [])).rejects.toMatchObject(refusal);
  const stream = createSignedStream({ backend: { url }, exchange });
  const lines = { onFirst: () => undefined, onLine: () => undefined };
  const { signal } = new AbortController();
  await expect(stream({ path: '/', body: '', lines, signal })).rejects.toMatchObject(refusal);
});

test('a certificate for another address is refused', async () => {
  const url = await serve('other');
  await expect(ask(url, trusted())).rejects.toMatchObject({
    exitCode: 69,
    message: expect.stringContaining('not valid for this address'),
  });
});

test('a backend that speaks TLS 1.2 at most is refused', async () => {
  const url = await serve('store', { maxVersion: 'TLSv1.2' });
  await expect(ask(url, trusted())).rejects.toMatchObject({
    exitCode: 69,
    message: expect.stringContaining('TLS 1.3'),
  });
});
