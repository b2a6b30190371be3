import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { descendantsOf } from '../testing/descendants.ts';
import { isolations } from '../testing/sandbox-modes.ts';
import { context, id, startHostilePlugin } from '../testing/start-hostile-plugin.ts';
import { testCertificate, testKey } from '../testing/test-certificate.ts';
import type { PluginOptions, RunningPlugin } from './start-plugin.ts';

const hello = createServer((_request, response) => response.end('hello'));
const secureHello = createSecureServer({ cert: testCertificate, key: testKey }, (_request, response) =>
  response.end('secure hello'),
);

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
};

beforeAll(async () => {
  for (const server of [hello, secureHello]) await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(() => {
  for (const server of [hello, secureHello]) server.close();
});

let plugin: RunningPlugin | undefined;
afterEach(async () => {
  await plugin?.close();
});

describe.each(isolations)('in $mode isolation a plugin', (isolation) => {
  const attempt = async (
    act: string,
    more: Record<string, string> = {},
    resolveHost?: PluginOptions['resolveHost'],
  ) => {
    plugin = await startHostilePlugin({ isolation, configuration: { ca: testCertificate, ...more }, resolveHost });
    return plugin.getSecretVersion(id(act), context);
  };

  test('is never given the environment of its host', async () => {
    process.env.OWN_DESTINATIONS_SPEC_KEY = 'a key of the host';
    await attempt('fine');
    const started = descendantsOf(String(process.pid)).map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8'));
    delete process.env.OWN_DESTINATIONS_SPEC_KEY;
    expect(started.length).toBeGreaterThan(0);
    expect(started.filter((environment) => environment.includes('OWN_DESTINATIONS_SPEC_KEY'))).toEqual([]);
  });

  test('reaches its own destination by http, fetch and https, with its certificate verified', async () => {
    const addresses = {
      address: `http://localhost:${portOf(hello)}`,
      secureAddress: `https://localhost:${portOf(secureHello)}`,
    };
    expect(await attempt('http', addresses)).toBe('did: hello');
    expect(await plugin?.getSecretVersion(id('fetch'), context)).toBe('did: hello');
    expect(await plugin?.getSecretVersion(id('https'), context)).toBe('did: secure hello');
    expect(await plugin?.getSecretVersion(id('httpsUntrusted'), context)).toMatch(
      /^refused: (DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED)/,
    );
  });

  test('reaches a destination by the name that the host resolves', async () => {
    const secureAddress = `https://vault.test:${portOf(secureHello)}`;
    const loopback = () => Promise.resolve(['127.0.0.1']);
    expect(await attempt('https', { secureAddress }, loopback)).toMatch(/^refused: /);
    await plugin?.close();
    expect(await attempt('https', { secureAddress: `https://localhost:${portOf(secureHello)}` }, loopback)).toBe(
      'did: secure hello',
    );
  });
});

describe.each(isolations.filter(({ mode }) => mode !== 'permission'))('behind the namespaces of $mode', (isolation) => {
  test('there is no route to anywhere', async () => {
    plugin = await startHostilePlugin({ isolation });
    expect(await plugin.getSecretVersion(id('datagramOut'), context)).toBe('refused: ENETUNREACH');
  });
});
