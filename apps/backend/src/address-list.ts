import { BlockList, isIP } from 'node:net';

/** Addresses and networks. */
export interface AddressList {
  includes(address: string | undefined): boolean;
}

const familyOf = (address: string): 'ipv4' | 'ipv6' | null => {
  const version = isIP(address);
  return version === 0 ? null : `ipv${version === 4 ? 4 : 6}`;
};

/** False where it is neither an address nor a network. */
const add = (list: BlockList, entry: string): boolean => {
  const [address = '', prefix, ...more] = entry.split('/');
  const family = familyOf(address);
  if (family === null || more.length > 0) return false;
  const bits = family === 'ipv4' ? 32 : 128;
  const length = prefix === undefined ? bits : Number(/^\d{1,3}$/.exec(prefix)?.[0] ?? -1);
  if (length < 0 || length > bits) return false;
  list.addSubnet(address, length, family);
  return true;
};

/** Null where an entry is not an address or a network. */
export const parseAddressList = (entries: readonly string[]): AddressList | null => {
  const list = new BlockList();
  if (!entries.every((entry) => add(list, entry))) return null;
  return {
    includes: (address = '') => {
      const family = familyOf(address);
      // an IPv4 address that is written as an IPv6 one counts as what it is
      return family !== null && list.check(address, family);
    },
  };
};
