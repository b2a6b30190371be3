import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

export type StandIn = Readonly<Record<4 | 6, string>>;

/**
 * What a plugin may connect to, by the name and by the address that stands in for it. Libraries that resolve a name before they
 * connect get an address that exists nowhere: 240.0.0.0/4 is reserved (RFC 1112), 100::/64 is for what is thrown away (RFC 6666).
 */
export class Destinations {
  readonly #sockets = new Map<string, string>();
  readonly #paths: ReadonlySet<string>;
  readonly #standIns = new Map<string, StandIn>();
  readonly #names = new Map<string, string>();

  /** @param sockets paths of unix sockets by `host:port` */
  constructor(sockets: Readonly<Record<string, string>>) {
    this.#paths = new Set(Object.values(sockets));
    for (const [destination, path] of Object.entries(sockets)) {
      const colon = destination.lastIndexOf(':');
      this.#sockets.set(`${canonical(destination.slice(0, colon))}${destination.slice(colon)}`, path);
    }
    const hosts = new Set([...this.#sockets.keys()].map((destination) => destination.replace(/:[^:]*$/, '')));
    const free = freeStandIns(hosts);
    for (const name of [...hosts].filter((host) => !isAddress(host))) {
      const standIn = free.next().value;
      this.#standIns.set(name, standIn);
      for (const address of Object.values<string>(standIn)) this.#names.set(canonical(address), name);
    }
  }

  /** The socket for a destination, which may be given by its stand-in address. */
  socketOf(host: string, port: number | string): string | undefined {
    return this.#sockets.get(this.nameOf(host, port));
  }

  /** Whether a path is one of the sockets. */
  isSocket(path: string): boolean {
    return this.#paths.has(path);
  }

  /** `host:port` as the list has it: the name in place of its stand-in address. */
  nameOf(host: string, port: number | string): string {
    return `${this.hostOf(host)}:${port}`;
  }

  /** The name that an address stands in for, or the host itself. */
  hostOf(host: string): string {
    const known = canonical(host);
    return this.#names.get(known) ?? known;
  }

  /** The addresses that stand in for a name; undefined for what is not listed. */
  standInOf(name: string): StandIn | undefined {
    return this.#standIns.get(canonical(name));
  }

  /** The listed name that an address stands in for. */
  nameBehind(address: string): string | undefined {
    return this.#names.get(canonical(address));
  }
}

/** One after the other, without those that are listed themselves: somebody may use such addresses inside. */
const freeStandIns = function* (listed: ReadonlySet<string>): Generator<StandIn, never> {
  for (let number = 1; ; number += 1) {
    const standIn = { 4: `240.0.${number >> 8}.${number & 255}`, 6: `100::${number.toString(16)}` };
    if (!Object.values(standIn).some((address) => listed.has(canonical(address)))) yield standIn;
  }
};

const isAddress = (host: string): boolean => isIP(host) !== 0 || host.startsWith('[');

/** One spelling for each host: an IPv6 address in brackets, a name in lower case without the dot of the root. */
const canonical = (host: string): string => {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (isIPv6(bare)) return URL.canParse(`http://[${bare}]`) ? new URL(`http://[${bare}]`).hostname : `[${bare}]`;
  const name = bare.replace(/\.$/, '');
  return /^[\x20-\x7e]*$/.test(name) ? name : domainToASCII(name) || name;
};
