import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Nobody is a plugin's vault there, whatever a configuration says. */
const forbiddenIpv4: readonly (readonly [network: string, prefix: number])[] = [
  // link-local, where cloud metadata services hand out credentials
  ['169.254.0.0', 16],
  // protocol assignments, with Oracle's metadata service at 192.0.0.192
  ['192.0.0.0', 24],
  // the metadata services of Alibaba and Azure
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  // multicast, reserved and broadcast
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const forbiddenIpv6: readonly (readonly [network: string, prefix: number])[] = [
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  // the metadata services of Amazon, Google, Oracle and Scaleway
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  ['fd00:c1::a9fe:a9fe', 128],
  ['fd00:42::42', 128],
];

const inHexadecimal = (ipv4: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

const forbidden = new BlockList();
for (const [network, prefix] of forbiddenIpv6) forbidden.addSubnet(network, prefix, 'ipv6');
for (const [network, prefix] of forbiddenIpv4) {
  forbidden.addSubnet(network, prefix, 'ipv4');
  // the same behind a translator: IPv4-compatible, NAT64 and 6to4
  forbidden.addSubnet(`::${network}`, 96 + prefix, 'ipv6');
  forbidden.addSubnet(`64:ff9b::${network}`, 96 + prefix, 'ipv6');
  forbidden.addSubnet(`2002:${inHexadecimal(network)}::`, 16 + prefix, 'ipv6');
}

/** IPv6 addresses that stand for an IPv4 address: where they lead, a translator says. */
const translated = new BlockList();
translated.addSubnet('::', 96, 'ipv6');
translated.addSubnet('::ffff:0:0:0', 96, 'ipv6');
translated.addSubnet('64:ff9b::', 96, 'ipv6');
translated.addSubnet('64:ff9b:1::', 48, 'ipv6');
translated.addSubnet('2002::', 16, 'ipv6');
translated.addSubnet('2001::', 32, 'ipv6');

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** A cloud's metadata service, link-local, multicast or reserved, also behind a translator. */
export const isForbiddenAddress = (address: string): boolean => forbidden.check(address, familyOf(address));

/** Behind a translator: it, not the address, says where a connection leads. */
export const isTranslatedAddress = (address: string): boolean =>
  isIP(address) === 6 && translated.check(address, 'ipv6');

/** One of this machine's own addresses: services there may trust this machine. Asked each time: an address can come and go. */
export const isOwnAddress = (address: string): boolean => {
  const own = new BlockList();
  for (const one of Object.values(networkInterfaces()).flat()) {
    if (one !== undefined) own.addAddress(one.address, one.family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return own.check(address, familyOf(address));
};

/** Whether two texts are the same IP address. */
export const isSameAddress = (one: string, other: string): boolean => {
  if (isIP(one) === 0 || isIP(other) === 0) return false;
  const list = new BlockList();
  list.addAddress(one, familyOf(one));
  return list.check(other, familyOf(other));
};
