import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressAllowed } from './address-allowed.ts';
import { openEgress, type ResolveHost } from './open-egress.ts';

const server = createServer((socket) => socket.end('hello'));
let port = 0;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address !== null && typeof address !== 'string') port = address.port;
});
afterAll(() => {
  server.close();
});

/** What comes back from the socket that was opened for the host. */
const heardFrom = async (host: string, resolveHost?: ResolveHost): Promise<string> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'egress-'));
  const egress = await openEgress({
    ...{ destinations: [`${host}:${port}`], configured: new Set([`${host}:${port}`]) },
    ...{ directory, maximumConnections: 4, resolveHost },
  });
  try {
    const [name = ''] = egress.socketNames.values();
    const socket = connect(path.join(directory, name));
    let heard = '';
    socket.on('data', (chunk) => (heard += String(chunk))).on('error', () => {});
    await once(socket, 'close');
    return heard;
  } finally {
    egress.close();
    rmSync(directory, { recursive: true });
  }
};

describe('a socket of the egress list', () => {
  test('leads to its destination', async () => {
    expect(await heardFrom('127.0.0.1')).toBe('hello');
    expect(await heardFrom('localhost')).toBe('hello');
  });

  test('tries the next address when one does not answer', async () => {
    expect(await heardFrom('localhost', () => Promise.resolve(['::1', '127.0.0.1']))).toBe('hello');
  });

  test('does not follow a name that resolves to this machine', async () => {
    expect(await heardFrom('vault.example.com', () => Promise.resolve(['127.0.0.1']))).toBe('');
  });

  test('refuses connections if the name does not resolve', async () => {
    expect(await heardFrom('vault.example.com', () => Promise.reject(new Error('no such name')))).toBe('');
  });
});

describe('an address', () => {
  test.each([
    '169.254.169.254',
    '169.254.0.1',
    'fe80::1',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '224.0.0.1',
    '192.0.0.192',
    'fd00:c1::a9fe:a9fe',
    '::169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::ffff:192.0.0.192',
    '240.0.0.1',
    'not an address',
  ])('of the metadata service or link-local is refused for any host: %s', (address) => {
    expect(addressAllowed('vault.example.com', address, true)).toBe(false);
    expect(addressAllowed('localhost', address, true)).toBe(false);
    expect(addressAllowed(address, address, true)).toBe(false);
  });

  test.each(['127.0.0.1', '127.9.9.9', '::1', '0.0.0.0', '::', '::ffff:127.0.0.1'])(
    'of this machine needs a literal: %s',
    (address) => {
      expect(addressAllowed('vault.example.com', address, true)).toBe(false);
      expect(addressAllowed('127.1.example.com', address, true)).toBe(false);
      expect(addressAllowed('localhost', address, true)).toBe(true);
      expect(addressAllowed(address, address, true)).toBe(true);
    },
  );

  const own = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .map(({ address }) => address);
  test.each(own)('of this machine may be what a configured name resolves to, and no other: %s', (address) => {
    expect(addressAllowed('vault.example.com', address, true)).toBe(true);
    expect(addressAllowed(address, address, true)).toBe(true);
    expect(addressAllowed('vault.example.com', address, false)).toBe(false);
    expect(addressAllowed(address, address, false)).toBe(false);
    expect(addressAllowed('localhost', address, true)).toBe(false);
  });

  test.each([
    '::127.0.0.1',
    '::10.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::203.0.113.5',
    '64:ff9b:1::7f00:1',
    '2002:7f00:1::1',
    '2002:cb00:7105::1',
    '2001::1',
  ])('that stands for another address must be named by the configuration: %s', (address) => {
    expect(addressAllowed('vault.example.com', address, true)).toBe(false);
    expect(addressAllowed('localhost', address, true)).toBe(false);
    expect(addressAllowed(address, address, true)).toBe(true);
    expect(addressAllowed(address, address, false)).toBe(false);
  });

  test('may be named in another form', () => {
    expect(addressAllowed('64:ff9b::cb00:7105', '64:ff9b::203.0.113.5', true)).toBe(true);
  });

  test.each(['127.0.0.1', '::1'])('of loopback is not named by a manifest: %s', (address) => {
    expect(addressAllowed(address, address, false)).toBe(false);
  });

  test.each(['10.255.0.1', '192.168.255.1', '203.0.113.5', 'fd12::1', '2001:db8::1'])(
    'of another machine is allowed: %s',
    (address) => {
      expect(addressAllowed('vault.example.com', address, true)).toBe(true);
    },
  );
});
