import { isIP } from 'node:net';
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts';
import { isForbiddenAddress, isNearAddress, isSameAddress } from './special-addresses.ts';

/**
 * Whether a plugin that may reach `host` may reach it at this address. A name must not resolve to this machine, or to what
 * stands for another address: such an address must be named. Nothing may reach a cloud's metadata service.
 * @param isConfigured whether an administrator named the host; false for a manifest, which names no address of this machine
 */
export const addressAllowed = (host: string, address: string, isConfigured: boolean): boolean => {
  if (isIP(address) === 0 || isForbiddenAddress(address)) return false;
  if (isLoopbackAddress(address)) return isConfigured && isLoopbackHost(host);
  return !isNearAddress(address) || (isConfigured && isSameAddress(host, address));
};
