import { expect, it } from 'vitest';
import { parseTrustedProxies } from './trusted-proxies.ts';
import { type PublicAddress, warnOfProxy } from './warn-of-proxy.ts';

const proxiesOf = (list: string) => {
  const proxies = parseTrustedProxies(list);
  if (proxies) return proxies;
  throw new Error('this is a list of addresses');
};

const warningsOf = (given: Partial<PublicAddress>): string[] => {
  const warnings: string[] = [];
  const log = { warn: (message: unknown) => warnings.push(String(message)) };
  warnOfProxy({ publicUrl: null, tls: null, trustedProxies: proxiesOf(''), ...given }, log);
  return warnings;
};

it('warns where a proxy ends https and nobody said which, and nowhere else', () => {
  const behind = { publicUrl: 'https://secrets.example.com' };
  expect(warningsOf(behind)).toEqual([expect.stringContaining('SECRET_STORE_TRUSTED_PROXIES')]);
  expect(warningsOf({})).toEqual([]);
  expect(warningsOf({ publicUrl: 'http://127.0.0.1:4000' })).toEqual([]);
  expect(warningsOf({ ...behind, trustedProxies: proxiesOf('192.0.2.7') })).toEqual([]);
  expect(warningsOf({ ...behind, tls: {} })).toEqual([]);
});
