import { isIPv6 } from 'node:net';

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));

/** The first four of the eight groups of an IPv6 address, without leading zeros. */
const firstGroups = (address: string): string => {
  const [head = '', tail] = address.split('::');
  const front = groupsOf(head);
  // the end only counts where the zeros before it are few: what is left out is at least one group
  const back = tail === undefined ? [] : groupsOf(tail);
  // an IPv4 address at the end stands for two groups
  const width = back.length + (back.at(-1)?.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - front.length - width)).fill('0');
  return [...front, ...zeros, ...back]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
};

/** What one customer of a provider has: an IPv4 address, or a /64 of IPv6 (RFC 6177). */
export const addressBlock = (address: string): string => {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  // a zone at the end names a network card of this machine
  const [plain = ''] = address.split('%');
  return isIPv6(plain) ? `${firstGroups(plain)}::/64` : address;
};
