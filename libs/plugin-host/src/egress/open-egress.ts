import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, createServer, isIP, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { addressAllowed } from './address-allowed.ts';

export type ResolveHost = (host: string) => Promise<string[]>;

export interface EgressOptions {
  readonly destinations: readonly string[];
  /** those of them that a configuration names, and not the module's manifest */
  readonly configured: ReadonlySet<string>;
  /** a private folder with a short path, for the sockets */
  readonly directory: string;
  readonly maximumConnections: number;
  readonly resolveHost?: ResolveHost | undefined;
}

export interface Egress {
  /** names of the sockets in the folder, by `host:port` */
  readonly socketNames: ReadonlyMap<string, string>;
  close(): void;
}

/** Opens one unix socket for each destination. Who connects to it is joined to that destination and to nothing else. */
export const openEgress = async (options: EgressOptions): Promise<Egress> => {
  const servers: Server[] = [];
  const connections = new Set<Socket>();
  const socketNames = new Map<string, string>();
  const close = () => {
    for (const server of servers) server.close();
    for (const connection of connections) connection.destroy();
  };
  try {
    for (const [index, destination] of options.destinations.entries()) {
      const name = String(index);
      const server = createServer(
        { allowHalfOpen: true },
        (inner) => void join(inner, destination, options, connections),
      );
      server.maxConnections = options.maximumConnections;
      servers.push(server);
      server.listen(path.join(options.directory, name));
      await once(server, 'listening');
      socketNames.set(destination, name);
    }
  } catch (error) {
    close();
    throw error;
  }
  return { socketNames, close };
};

const join = async (
  inner: Socket,
  destination: string,
  options: EgressOptions,
  connections: Set<Socket>,
): Promise<void> => {
  const track = (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  track(inner);
  try {
    const { host, port } = splitDestination(destination);
    const outer = await connectOutside(
      await allowedAddresses(host, options.configured.has(destination), options.resolveHost),
      port,
    );
    track(outer);
    if (inner.destroyed) {
      outer.destroy();
      return;
    }
    inner.once('close', () => outer.destroy());
    outer.once('close', () => inner.destroy());
    inner.pipe(outer);
    outer.pipe(inner);
  } catch {
    inner.destroy();
  }
};

const splitDestination = (destination: string) => {
  const colon = destination.lastIndexOf(':');
  return { host: destination.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(destination.slice(colon + 1)) };
};

/**
 * What the host is at now, as far as it may be reached there: see `addressAllowed`.
 * @throws where the name does not resolve
 */
export const allowedAddresses = async (
  host: string,
  isConfigured: boolean,
  resolveHost: ResolveHost = systemResolve,
): Promise<string[]> => {
  const addresses = isIP(host) === 0 ? await resolveHost(host) : [host];
  return addresses.filter((address) => addressAllowed(host, address, isConfigured));
};

const systemResolve: ResolveHost = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

const connectTimeoutMilliseconds = 3_000;

/** Tries the addresses in turn: a name often has one of each family and this machine a route for one only. */
const connectOutside = async (addresses: readonly string[], port: number): Promise<Socket> => {
  for (const host of addresses) {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(connectTimeoutMilliseconds) });
      return socket;
    } catch {
      socket.destroy();
    }
  }
  throw new Error('no address of the destination answers');
};
