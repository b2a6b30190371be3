import { type AddressList, parseAddressList } from '../../address-list.ts';

/** Proxies whose word on the client counts (`SECRET_STORE_TRUSTED_PROXIES`). */
export interface TrustedProxies extends AddressList {
  readonly isEmpty: boolean;
}

export const trustedProxiesRule = 'must list addresses and networks, such as 10.0.0.5, 192.0.2.0/24, fd00::/8';

/** Null where an entry is not an address or a network. */
export const parseTrustedProxies = (text: string): TrustedProxies | null => {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const list = parseAddressList(entries);
  return list && { ...list, isEmpty: entries.length === 0 };
};
