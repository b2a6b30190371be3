import net from 'node:net';
import tls from 'node:tls';
import type { Destinations } from './destinations.ts';
import { refusal, type Refusals } from './refusals.ts';

type Options = Record<string, unknown> & {
  readonly host?: string;
  readonly port?: number | string;
  readonly path?: string | null;
};

/** Sends each connection to the unix socket of its destination, and refuses any other. */
export const patchSockets = (destinations: Destinations, refusals: Refusals): void => {
  patchConnect(destinations, refusals);
  patchTls(destinations);
};

const routeTo = (destinations: Destinations, { path, host, port }: Options): string | undefined => {
  // an http agent passes null
  if (typeof path === 'string') return destinations.isSocket(path) ? path : undefined;
  return destinations.socketOf(host ?? 'localhost', port ?? '');
};

const patchConnect = (destinations: Destinations, refusals: Refusals) => {
  // `normalised` covers all of its overloads
  const { connect } = net.Socket.prototype as { connect: (this: net.Socket, ...parameters: unknown[]) => net.Socket };
  net.Socket.prototype.connect = function patched(this: net.Socket, ...parameters: unknown[]) {
    const [options, callback] = normalised(parameters);
    const path = routeTo(destinations, options);
    if (path === undefined) {
      const asked = options.path ?? destinations.nameOf(options.host ?? 'localhost', options.port ?? '');
      refusals.refused(asked);
      process.nextTick(() => this.destroy(refusal(asked, 'connect')));
      return this;
    }
    refusals.allowed();
    return connect.call(this, { ...withoutAddress(options), path }, callback);
  };
};

const patchTls = (destinations: Destinations) => {
  // as above
  const connect = tls.connect as (...parameters: unknown[]) => tls.TLSSocket;
  const patched = (...parameters: unknown[]) => {
    const [options, callback] = normalised(parameters);
    const path = options.socket ? undefined : routeTo(destinations, options);
    // over a socket that is already connected, or one that the patch above refuses
    if (path === undefined) return connect(options, callback);
    // who resolved the name itself passes its address: the certificate is checked for the name
    const host = destinations.nameBehind(options.host ?? '') ?? options.host ?? 'localhost';
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
