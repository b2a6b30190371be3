import { isIP } from 'node:net';
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts';
import { isForbiddenAddress, isOwnAddress, isSameAddress, isTranslatedAddress } from './special-addresses.ts';

/**
 * Whether a plugin that may reach `host` may reach it at this address. Loopback, and what stands for another address, must be
 * named as such. This machine's other addresses may also be what a configured name resolves to: that is a vault on the same
 * machine. Nothing may reach a cloud's metadata service.
 * @param isConfigured whether an administrator named the host; false for a manifest, which names no address of this machine
 */
export const addressAllowed = (host: string, address: string, isConfigured: boolean): boolean => {
  if (isIP(address) === 0 || isForbiddenAddress(address)) return false;
  if (isLoopbackAddress(address)) return isConfigured && isLoopbackHost(host);
  if (isTranslatedAddress(address)) return isConfigured && isSameAddress(host, address);
  return !isOwnAddress(address) || (isConfigured && !isLoopbackHost(host));
};
