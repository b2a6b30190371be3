import { isIP } from 'node:net';
import type { Destinations } from './destinations.ts';
import { refusal, type Refusals } from './refusals.ts';

/** @returns what the promise of such a query is fulfilled with; throws what it is rejected with */
export type Query = (name: unknown, option: unknown) => unknown;

const ttl = 60;
const serviceLabels = /^(?:_[^.]+\.)+/;

/** What a name server would say, if it knew the listed names and nothing else. */
export const nameQueries = (destinations: Destinations, refusals: Refusals) => {
  const refuse = (name: string): never => {
    refusals.refused(name);
    throw refusal(name, 'getaddrinfo');
  };

  /** The address for a listed name. What is an address already, or no name, stays as it is. */
  const standInOf = (name: unknown, family: 4 | 6): unknown => {
    if (typeof name !== 'string' || name === '' || isIP(name) !== 0) return name;
    return destinations.standInOf(name)?.[family] ?? refuse(name);
  };

  const addresses =
    (family: 4 | 6): Query =>
    (name, options) => {
      const address = destinations.standInOf(String(name))?.[family] ?? refuse(String(name));
      return isOn(options, 'ttl') ? [{ address, ttl }] : [address];
    };

  const any: Query = (name) =>
    (['A', 'AAAA'] as const).map((type) => ({ type, address: standInOf(name, type === 'A' ? 4 : 6), ttl }));

  /** There is no other record of a listed name, nor of a service of it, such as `_grpclb._tcp.vault.example.com`. */
  const nothing: Query = (name) => {
    const host = String(name);
    if (destinations.standInOf(host.replace(serviceLabels, '')) === undefined) return refuse(host);
    throw Object.assign(new Error(`query ENODATA ${host}`), { code: 'ENODATA', syscall: 'query', hostname: host });
  };

  const behind = (address: unknown) => destinations.nameBehind(String(address)) ?? refuse(String(address));

  const byType: Record<string, Query> = { A: addresses(4), AAAA: addresses(6), ANY: any };
  const others = ['Caa', 'Cname', 'Mx', 'Naptr', 'Ns', 'Ptr', 'Soa', 'Srv', 'Tlsa', 'Txt'];
  return {
    standInOf,
    queries: {
      ...Object.fromEntries(others.map((type) => [`resolve${type}`, nothing])),
      resolve: (name, type = 'A') => (byType[String(type)] ?? nothing)(name, undefined),
      resolve4: addresses(4),
      resolve6: addresses(6),
      resolveAny: any,
      reverse: (address) => [behind(address)],
      lookupService: (address, port) => ({ hostname: behind(address), service: String(port) }),
    } satisfies Record<string, Query>,
  };
};

/** The family of addresses that a look-up asks for; 4 where either will do. */
export const familyIn = (options: unknown): 4 | 6 => {
  const family: unknown = typeof options === 'object' && options !== null ? Reflect.get(options, 'family') : options;
  return family === 6 || family === 'IPv6' ? 6 : 4;
};

const isOn = (options: unknown, name: string): boolean =>
  typeof options === 'object' && options !== null && Boolean(Reflect.get(options, name));
