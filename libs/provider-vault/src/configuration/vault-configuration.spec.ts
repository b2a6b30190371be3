import { ConfigurationError } from '@secret-store/provider-sdk';
import { expect, test } from 'vitest';
import { parseVaultConfiguration } from './vault-configuration.ts';

const sound = {
  vault_addr: 'https://vault.example.com:8200',
  vault_token: 's.token',
  vault_secret_path: 'secret/store',
};

test.each([
  ['https://vault.example.com:8200/', 'https://vault.example.com:8200'],
  ['http://127.0.0.1:8200', 'http://127.0.0.1:8200'],
  ['https://example.com/behind/a/proxy//', 'https://example.com/behind/a/proxy'],
])('takes the address %s', (vault_addr, address) => {
  expect(parse({ vault_addr }).address).toBe(address);
});

test('takes a path with slashes around it', () => {
  expect(parse({ vault_secret_path: '/secret/store/' }).path).toEqual(['secret', 'store']);
});

test.each([
  ['vault_addr', ''],
  ['vault_addr', 'vault.example.com:8200'],
  ['vault_addr', 'ftp://vault.example.com'],
  ['vault_addr', 'https://user:planted@vault.example.com'],
  ['vault_addr', 'https://vault.example.com?planted'],
  ['vault_addr', 'https://vault.example.com#planted'],
  ['vault_token', ''],
  ['vault_token', 'planted token'],
  ['vault_token', 'planted\n'],
  ['vault_token', 'planted\r\nX-Other: 1'],
  ['vault_secret_path', ''],
  ['vault_secret_path', '/'],
  ['vault_secret_path', 'planted//x'],
  ['vault_secret_path', 'planted/../sys'],
  ['vault_secret_path', './planted'],
  ['vault_secret_path', 'planted\u0000'],
  ['vault_secret_path', `planted${'x'.repeat(512)}`],
])('refuses a bad %s by its name, without its value: %j', (key, value) => {
  const error = errorOf(() => parse({ [key]: value }));
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({ key });
  expect(String(error)).not.toMatch(/planted|example/);
});

test.each(Object.keys(sound))('refuses a configuration without %s', (key) => {
  const rest = new Map(Object.entries(sound).filter(([name]) => name !== key));
  expect(errorOf(() => parseVaultConfiguration(rest))).toMatchObject({ key });
});

function parse(changes: Record<string, string>) {
  return parseVaultConfiguration(new Map(Object.entries({ ...sound, ...changes })));
}

function errorOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
