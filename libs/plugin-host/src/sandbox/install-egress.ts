import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

type Options = Record<string, unknown> & {
  readonly host?: string;
  readonly port?: number | string;
  readonly path?: string | null;
};

/**
 * Sends each connection to the unix socket that the host opened for its destination, and refuses any other. This is a
 * convenience that a plugin can undo. The empty network namespace is what confines it: nothing else can be reached there.
 */
export const installEgress = (sockets: Readonly<Record<string, string>>): void => {
  const paths = new Map(Object.entries(sockets));
  const opened = new Set(paths.values());
  const route = (options: Options) => {
    // an http agent passes null
    if (typeof options.path === 'string') return opened.has(options.path) ? options.path : undefined;
    const destination = `${(options.host ?? 'localhost').toLowerCase()}:${options.port}`;
    return paths.get(destination) ?? paths.get(bracketed(destination));
  };
  patchSockets(route);
  patchTls(route);
  refuseNameLookups();
  syncBuiltinESMExports();
};

type Route = (options: Options) => string | undefined;

const patchSockets = (route: Route) => {
  // `normalised` covers all of its overloads
  const { connect } = net.Socket.prototype as { connect: (this: net.Socket, ...parameters: unknown[]) => net.Socket };
  net.Socket.prototype.connect = function patched(this: net.Socket, ...parameters: unknown[]) {
    const [options, callback] = normalised(parameters);
    const path = route(options);
    if (path === undefined) {
      process.nextTick(() => this.destroy(refused()));
      return this;
    }
    return connect.call(this, { ...withoutAddress(options), path }, callback);
  };
};

const patchTls = (route: Route) => {
  // as above
  const connect = tls.connect as (...parameters: unknown[]) => tls.TLSSocket;
  const patched = (...parameters: unknown[]) => {
    const [options, callback] = normalised(parameters);
    const path = options.socket ? undefined : route(options);
    // over a socket that is already connected, or one that the patch above refuses
    if (path === undefined) return connect(options, callback);
    const host = options.host ?? 'localhost';
    const servername = options.servername ?? (net.isIP(host) === 0 ? host : '');
    // a TLS socket chooses its kind of handle by `path` when it is made
    return connect({ ...withoutAddress(options), host, path, servername }, callback);
  };
  Object.assign(tls, { connect: patched });
};

/** (options, callback), (port, host, options, callback), (path, callback), or the array of one such list. */
const normalised = (parameters: unknown[]): [Options, unknown] => {
  const list = Array.isArray(parameters[0]) ? parameters[0] : parameters;
  const options: Record<string, unknown> = {};
  let callback: unknown = null;
  for (const [at, parameter] of list.entries()) {
    if (typeof parameter === 'function') callback ??= parameter;
    else if (typeof parameter === 'object' && parameter !== null) Object.assign(options, parameter);
    else if (at === 0 && typeof parameter === 'string' && !/^\d+$/.test(parameter)) options.path = parameter;
    else if (at === 0) options.port = parameter;
    else if (at === 1 && typeof parameter === 'string') options.host = parameter;
  }
  return [options, callback];
};

const withoutAddress = (options: Options): Options => {
  const { port: _port, lookup: _lookup, localAddress: _localAddress, ...rest } = options;
  return rest;
};

const bracketed = (destination: string) => {
  const colon = destination.lastIndexOf(':');
  return `[${destination.slice(0, colon)}]${destination.slice(colon)}`;
};

const refused = () =>
  Object.assign(new Error('this destination is not in the egress list of the plugin'), { code: 'EGRESS_REFUSED' });

const isCallback = (value: unknown): value is (error: Error) => void => typeof value === 'function';

/** The host resolves names. Failing at once is kinder than a time-out in a namespace without a network. */
const refuseNameLookups = () => {
  const names = ['lookup', 'resolve', 'resolve4', 'resolve6'] as const;
  for (const name of names) {
    Object.assign(dns, {
      [name]: (...parameters: unknown[]) => {
        const callback = parameters.at(-1);
        if (isCallback(callback)) process.nextTick(() => callback(refused()));
      },
    });
    Object.assign(dns.promises, { [name]: () => Promise.reject(refused()) });
  }
};
