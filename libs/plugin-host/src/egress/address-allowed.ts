import { BlockList, isIP } from 'node:net';
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts';

const forbidden = new BlockList();
// link-local, where cloud metadata services hand out credentials
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');
forbidden.addAddress('fd20:ce::254', 'ipv6');
forbidden.addAddress('100.100.100.200', 'ipv4');
forbidden.addAddress('168.63.129.16', 'ipv4');
// broadcast and multicast
forbidden.addAddress('255.255.255.255', 'ipv4');
forbidden.addSubnet('224.0.0.0', 4, 'ipv4');
forbidden.addSubnet('ff00::', 8, 'ipv6');

/**
 * Whether a plugin that may reach `host` may reach it at this address. A name must not resolve to this machine unless
 * it says so, and nothing may reach a cloud's metadata service.
 */
export const addressAllowed = (host: string, address: string): boolean => {
  const family = isIP(address);
  if (family === 0) return false;
  if (forbidden.check(address, family === 6 ? 'ipv6' : 'ipv4')) return false;
  return isLoopbackHost(host) || !isLoopbackAddress(address);
};
