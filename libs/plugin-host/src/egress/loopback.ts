import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
// connecting to the unspecified address reaches this machine
loopback.addSubnet('0.0.0.0', 8, 'ipv4');
loopback.addAddress('::', 'ipv6');

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether an IP address is this machine itself, also in its IPv4-mapped form. */
export const isLoopbackAddress = (address: string): boolean => loopback.check(address, familyOf(address));

/** Whether a host says literally that it is this machine: `localhost` or a loopback address. */
export const isLoopbackHost = (host: string): boolean => {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (isIP(bare) !== 0) return isLoopbackAddress(bare);
  return bare === 'localhost' || bare === 'localhost.' || bare.endsWith('.localhost') || bare.endsWith('.localhost.');
};
