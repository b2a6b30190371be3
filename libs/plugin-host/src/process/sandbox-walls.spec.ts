import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createNetServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { descendantsOf } from '../testing/descendants.ts';
import { isolations } from '../testing/sandbox-modes.ts';
import { context, id, startHostilePlugin } from '../testing/start-hostile-plugin.ts';
import { testCertificate, testKey } from '../testing/test-certificate.ts';
import type { PluginOptions, RunningPlugin } from './start-plugin.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'walls-'));
const masterKey = path.join(directory, 'master-key');
const socketPath = path.join(directory, 'host.sock');
writeFileSync(masterKey, 'the master key', { mode: 0o644 });

const hello = createServer((_request, response) => response.end('hello'));
const secureHello = createSecureServer({ cert: testCertificate, key: testKey }, (_request, response) => response.end('secure hello'));
const other = createNetServer((socket) => socket.destroy());
const unix = createNetServer((socket) => socket.destroy());
const datagrams = createSocket('udp4');
let reachedOther = 0;
other.on('connection', () => (reachedOther += 1));

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
};

beforeAll(async () => {
  for (const server of [hello, secureHello, other]) await once(server.listen(0, '127.0.0.1'), 'listening');
  await once(unix.listen(socketPath), 'listening');
  datagrams.bind(0, '127.0.0.1');
  await once(datagrams, 'listening');
});

afterAll(() => {
  for (const server of [hello, secureHello, other, unix]) server.close();
  datagrams.close();
  rmSync(directory, { recursive: true });
});

let plugin: RunningPlugin | undefined;
afterEach(async () => {
  await plugin?.close();
});

const configuration = () => ({
  file: masterKey,
  socket: socketPath,
  ca: testCertificate,
  otherPort: String(portOf(other)),
  datagramPort: String(datagrams.address().port),
});

describe.each(isolations)('in $mode isolation a plugin', (isolation) => {
  const attempt = async (act: string, more: Record<string, string> = {}, resolveHost?: PluginOptions['resolveHost']) => {
    plugin = await startHostilePlugin({ isolation, configuration: { ...configuration(), ...more }, resolveHost });
    return plugin.getSecretVersion(id(act), context);
  };

  test('has an empty environment', async () => {
    expect(await attempt('environment')).toBe('{} ');
  });

  test('is never given the environment of its host', async () => {
    process.env.WALLS_SPEC_KEY = 'a key of the host';
    await attempt('fine');
    const started = descendantsOf(String(process.pid)).map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8'));
    delete process.env.WALLS_SPEC_KEY;
    expect(started.length).toBeGreaterThan(0);
    expect(started.filter((environment) => environment.includes('WALLS_SPEC_KEY'))).toEqual([]);
  });

  test.each(['read', 'list', 'readEnvironment', 'write', 'spawn', 'worker', 'inspector'])('cannot %s', async (act) => {
    expect(await attempt(act)).toMatch(/^refused: (ERR_ACCESS_DENIED|ENOENT|ERR_INSPECTOR)/);
  });

  test('cannot read what every user may read', async () => {
    expect(await attempt('read', { file: '/etc/passwd' })).toBe('refused: ERR_ACCESS_DENIED');
  });

  test('reaches its own destination by http, fetch and https with a certificate that is checked', async () => {
    const addresses = {
      address: `http://localhost:${portOf(hello)}`,
      secureAddress: `https://localhost:${portOf(secureHello)}`,
    };
    expect(await attempt('http', addresses)).toBe('did: hello');
    expect(await plugin?.getSecretVersion(id('fetch'), context)).toBe('did: hello');
    expect(await plugin?.getSecretVersion(id('https'), context)).toBe('did: secure hello');
    expect(await plugin?.getSecretVersion(id('httpsUntrusted'), context)).toMatch(/^refused: (DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED)/);
  });

  test('reaches a destination by the name that the host resolves', async () => {
    const secureAddress = `https://vault.test:${portOf(secureHello)}`;
    const loopback = async () => ['127.0.0.1'];
    expect(await attempt('https', { secureAddress }, loopback)).toMatch(/^refused: /);
    await plugin?.close();
    expect(await attempt('https', { secureAddress: `https://localhost:${portOf(secureHello)}` }, loopback)).toBe('did: secure hello');
  });

  test.each(['elsewhere', 'elsewhereByName'])('does not reach another port of the same machine: %s', async (act) => {
    reachedOther = 0;
    expect(await attempt(act, { address: `http://localhost:${portOf(hello)}` })).toBe('refused: EGRESS_REFUSED');
    expect(reachedOther).toBe(0);
  });

  test('gets no names resolved', async () => {
    expect(await attempt('lookup')).toBe('refused: EGRESS_REFUSED');
  });

  test('cannot make its host open the inspector', async () => {
    await attempt('signalHost');
    expect(process.listenerCount('SIGUSR1')).toBeGreaterThan(0);
    expect((await import('node:inspector')).url()).toBeUndefined();
  });
});

const [full] = isolations;
describe.runIf(full?.mode === 'bubblewrap')('behind the namespaces of bubblewrap a plugin that undoes our patches', () => {
  const attempt = async (act: string) => {
    if (!full) throw new Error('no isolation');
    plugin = await startHostilePlugin({ isolation: full, configuration: configuration() });
    return plugin.getSecretVersion(id(act), context);
  };

  test('finds no socket of the host', async () => {
    expect(await attempt('hostSocket')).toBe('refused: ENOENT');
  });

  test('has no route to anywhere', async () => {
    expect(await attempt('datagramOut')).toBe('refused: ENETUNREACH');
  });

  test('sends into its own loopback, which is not ours', async () => {
    const received: string[] = [];
    datagrams.on('message', (message) => received.push(String(message)));
    await attempt('datagram');
    const last = once(datagrams, 'message');
    createSocket('udp4').unref().send('ours', datagrams.address().port, '127.0.0.1');
    await last;
    expect(received).toEqual(['ours']);
  });
});
