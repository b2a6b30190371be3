import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Target } from './groups/attack.ts';

/** What a plugin may know of the host in an attack: we assume that it has found out everything. */
interface Given {
  readonly directory: string;
  readonly masterKey: string;
  readonly addon: string;
  readonly library: string;
  readonly hostPid: number;
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly unixPath: string;
  readonly abstractName: string;
}

export interface Targets {
  readonly given: Given;
  /** where a plugin may connect to by its configuration */
  readonly ownAddress: string;
  readonly hostConnections: ReadonlySet<string>;
  arrivals(mark: string): Promise<ReadonlySet<Target>>;
  close(): void;
}

/** Opens what the attacks aim at: files, servers of each kind, and an ear for the connections that this process makes. */
export const openTargets = async (): Promise<Targets> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'attacks-'));
  // the plugins' private folders, placed where an attack can look for them
  mkdirSync(path.join(directory, 'private'));
  const [library = ''] = sharedObjects().filter((file) => /\/libm[.-]/.test(file));
  copyFileSync(library, path.join(directory, 'addon.node'));
  writeFileSync(path.join(directory, 'master-key'), 'the master key', { mode: 0o644 });

  const heard: Record<Target, string[]> = { tcp: [], udp: [], unix: [], abstract: [] };
  const listen = async (target: Exclude<Target, 'udp'>, where: { host: string; port: number } | { path: string }) => {
    const server = createServer((socket) => {
      socket.on('data', (chunk) => heard[target].push(String(chunk))).on('error', () => {});
    });
    await once(server.listen(where), 'listening');
    return server;
  };
  const unixPath = path.join(directory, 'host.sock');
  const abstractName = `\0${path.basename(directory)}`;
  const loopback = { host: '127.0.0.1', port: 0 };
  const tcp = await listen('tcp', loopback);
  const servers = [tcp, await listen('unix', { path: unixPath }), await listen('abstract', { path: abstractName })];
  const own = createServer((socket) => {
    socket
      .on('error', () => {})
      .once('data', (request) => {
        const [, target] = /^GET \/redirect\/(\S+)/.exec(String(request)) ?? [];
        const redirect = `HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:${target}\r\n`;
        socket.end(
          `${target === undefined ? 'HTTP/1.1 204 No Content\r\n' : redirect}Content-Length: 0\r\nConnection: close\r\n\r\n`,
        );
      });
  });
  await once(own.listen(loopback), 'listening');
  const datagrams = createSocket('udp4').on('message', (message) => heard.udp.push(String(message)));
  datagrams.bind(0, '127.0.0.1');
  await once(datagrams, 'listening');

  const hostConnections = new Set<string>();
  const listenToConnection = (message: unknown) => {
    const socket: unknown = Reflect.get(Object(message), 'socket');
    if (socket instanceof Socket) socket.on('connectionAttempt', (address: string) => hostConnections.add(address));
  };
  subscribe('net.client.socket', listenToConnection);

  return {
    given: {
      directory,
      masterKey: path.join(directory, 'master-key'),
      addon: path.join(directory, 'addon.node'),
      library,
      hostPid: process.pid,
      tcpPort: portOf(tcp),
      udpPort: datagrams.address().port,
      unixPath,
      abstractName,
    },
    ownAddress: `http://127.0.0.1:${portOf(own)}`,
    hostConnections,
    arrivals: async (mark) => {
      // a datagram of ours comes after those before it; connections are closed by us before a plugin goes on
      const seen = heard.udp.length;
      const next = once(datagrams, 'message');
      createSocket('udp4').unref().send('ours', datagrams.address().port, '127.0.0.1');
      if (heard.udp.length === seen) await next;
      const targets: Target[] = ['tcp', 'udp', 'unix', 'abstract'];
      return new Set(targets.filter((target) => heard[target].some((text) => text.includes(mark))));
    },
    close: () => {
      unsubscribe('net.client.socket', listenToConnection);
      for (const server of [...servers, own]) server.close();
      datagrams.close();
      rmSync(directory, { recursive: true });
    },
  };
};

const portOf = (server: ReturnType<typeof createServer>): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
};

const sharedObjects = (): string[] => {
  const report: unknown = process.report.getReport();
  const objects: unknown = Reflect.get(Object(report), 'sharedObjects');
  return Array.isArray(objects) ? objects.map(String) : [];
};
