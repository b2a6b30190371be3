import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningPlugin, startPlugin } from '../../start/start-plugin.ts';
import { pluginModule } from '../../testing/module-file.ts';
import { networkSource } from '../../testing/network-plugin.ts';
import { isolations, recordingLog, sandboxDirectory } from '../../testing/sandbox-modes.ts';
import { context, id } from '../../testing/start-hostile-plugin.ts';
import { testCertificate, testKey } from '../../testing/test-certificate.ts';

const module = await pluginModule({
  source: networkSource,
  factories: {
    NetworkFactory: {
      displayName: 'Network',
      configuration: ['first', 'second', 'third', 'ca'].map((key) => ({ key })),
      egress: ['{first}', '{second}', '{third}', 'vault.example.com:443', 'vault.example.com:8200', '240.0.0.1:443'],
    },
  },
});

const hello = createServer((request, response) => response.end(`hello ${request.headers.host?.split(':')[0]}`));
const servernames: unknown[] = [];
const secure = createSecureServer({ cert: testCertificate, key: testKey }, (socket: TLSSocket) => {
  servernames.push(socket.servername);
  socket.end('secure hello');
});
const portOf = (server: { address(): string | AddressInfo | null }): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
beforeAll(async () => {
  for (const server of [hello, secure]) await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  for (const server of [hello, secure]) server.close();
});

describe.each(isolations)('in $mode isolation', (isolation) => {
  let plugin: RunningPlugin;
  beforeAll(async () => {
    const configuration = new Map(
      Object.entries({
        first: `http://localhost:${portOf(hello)}`,
        second: `https://localhost:${portOf(secure)}`,
        third: 'http://[::1]:8080',
        ca: testCertificate,
      }),
    );
    plugin = await startPlugin({
      spec: { providerId: 'provider-1', module, factoryClassName: 'NetworkFactory', configuration },
      isolation,
      sandboxDirectory,
      log: recordingLog(),
    });
  });
  afterAll(() => plugin.close());

  const ran = async (script: string): Promise<unknown> =>
    JSON.parse(await plugin.getSecretVersion(id(script), context)) as unknown;
  /** the code of the error of an expression */
  const failed = (expression: string) =>
    ran(`try { await ${expression}; return 'went through'; } catch (error) { return error.code; }`);

  // 240.0.0.1 is listed itself; localhost comes before vault.example.com in the list
  const local = '240.0.0.2';
  const vault = '240.0.0.3';

  test.each<[expression: string, answer: unknown]>([
    [`called(dns, 'lookup', 'localhost')`, [local, 4]],
    [`called(dns, 'lookup', 'LocalHost.', {})`, [local, 4]],
    [`called(dns, 'lookup', 'localhost', 4)`, [local, 4]],
    [`called(dns, 'lookup', 'localhost', 6)`, ['100::2', 6]],
    [`called(dns, 'lookup', 'localhost', { family: 'IPv6' })`, ['100::2', 6]],
    [`called(dns, 'lookup', 'localhost', { all: true })`, [[{ address: local, family: 4 }]]],
    [`called(dns, 'lookup', 'vault.example.com', { all: true, family: 6 })`, [[{ address: '100::3', family: 6 }]]],
    [`new Promise((resolve) => importedLookup('vault.example.com', (_, ...answer) => resolve(answer)))`, [vault, 4]],
    [`promisify(dns.lookup)('localhost')`, { address: local, family: 4 }],
    [`dns.promises.lookup('localhost')`, { address: local, family: 4 }],
    [`promisedLookup('localhost', { all: true })`, [{ address: local, family: 4 }]],
    [`dnsPromises.lookup('localhost', 6)`, { address: '100::2', family: 6 }],
    [`called(dns, 'resolve', 'localhost')`, [[local]]],
    [`called(dns, 'resolve4', 'localhost', { ttl: true })`, [[{ address: local, ttl: 60 }]]],
    [`called(dns, 'resolve6', 'localhost')`, [['100::2']]],
    [`dnsPromises.resolve('localhost', 'AAAA')`, ['100::2']],
    [`dnsPromises.resolve4('vault.example.com')`, [vault]],
    [`new PromisedResolver().resolve4('localhost')`, [local]],
    [`called(new dns.Resolver(), 'resolve4', 'localhost')`, [[local]]],
    [`dnsPromises.reverse('${vault}')`, ['vault.example.com']],
    [`called(dns, 'lookupService', '${vault}', 443)`, ['vault.example.com', '443']],
    [`dnsPromises.lookupService('100::3', 443)`, { hostname: 'vault.example.com', service: '443' }],
    [`dns.promises.lookup('192.0.2.7')`, { address: '192.0.2.7', family: 4 }],
  ])('%s is answered with what stands in', async (expression, answer) => {
    expect(await ran(`return ${expression};`)).toEqual(answer);
  });

  test.each([
    `called(dns, 'lookup', 'other.example.com')`,
    `called(dns, 'lookup', 'example.com', { all: true })`,
    `dnsPromises.lookup('other.example.com')`,
    `dnsPromises.resolve4('other.example.com')`,
    `called(dns, 'resolve6', 'other.example.com')`,
    `dnsPromises.resolveTxt('other.example.com')`,
    `new PromisedResolver().resolve('other.example.com')`,
    `called(new dns.Resolver(), 'resolve4', 'other.example.com')`,
    `dnsPromises.reverse('192.0.2.7')`,
  ])('%s is refused', async (expression) => {
    expect(await failed(expression)).toBe('EGRESS_REFUSED');
  });

  test.each([`dnsPromises.resolveTxt('localhost')`, `called(dns, 'resolveSrv', '_grpclb._tcp.vault.example.com')`])(
    '%s finds no such record',
    async (expression) => {
      expect(await failed(expression)).toBe('ENODATA');
    },
  );

  test('a wrong use is told as Node does', async () => {
    expect(await failed(`called(dns, 'lookup', 'localhost', { family: 5 })`)).toBe('ERR_INVALID_ARG_VALUE');
    expect(await failed(`dnsPromises.lookup(5)`)).toBe('ERR_INVALID_ARG_TYPE');
  });

  test.each([
    `host: 'localhost'`,
    `host: '${local}'`,
    `host: '100::2'`,
    `host: '0100:0:0::0002'`,
    `host: 'LOCALHOST.'`,
    `host: 'localhost', lookup: dns.lookup`,
  ])('a connection to { %s } and a listed port reaches the destination', async (options) => {
    expect(await ran(`return fetched({ ${options}, port: ${portOf(hello)} });`)).toMatch(/^hello /);
  });

  test.each([
    `{ host: '${local}', port: 81 }`,
    `{ host: 'localhost', port: 81 }`,
    `{ host: '127.0.0.1', port: ${1} }`,
    `{ host: '240.0.0.9', port: 443 }`,
    `{ host: '${vault}', port: 444 }`,
    `{ host: '192.0.2.7', port: 443 }`,
    `{ host: '::1', port: 8081 }`,
  ])('a connection to %s is refused', async (options) => {
    expect(await failed(`called({ go: (done) => net.connect(${options}).on('error', done) }, 'go')`)).toBe(
      'EGRESS_REFUSED',
    );
  });

  test('a stand-in address with the port of another destination of the same machine is refused', async () => {
    const options = `{ host: '${vault}', port: ${portOf(hello)} }`;
    expect(await failed(`called({ go: (done) => net.connect(${options}).on('error', done) }, 'go')`)).toBe(
      'EGRESS_REFUSED',
    );
  });

  test('the certificate is checked for the name when a library connects to the address that it got', async () => {
    const said = (options: string) =>
      ran(`return new Promise((resolve) => {
        tls.connect({ port: ${portOf(secure)}, ca: config.get('ca'), ${options} })
          .on('data', (chunk) => resolve(String(chunk))).on('error', (error) => resolve(error.code));
      });`);
    servernames.length = 0;
    expect(await said(`host: '${local}'`)).toBe('secure hello');
    expect(servernames).toEqual(['localhost']);
    expect(await said(`host: '${local}', servername: 'other.example.com'`)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await said(`host: '${local}', ca: undefined`)).toMatch(/SELF_SIGNED/);
  });
});
