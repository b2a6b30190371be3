import { ConfigurationError } from '@secret-store/provider-sdk';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { selfSigned, strangersCertificate } from '../testing/self-signed.ts';
import { parseVaultConfiguration } from './vault-configuration.ts';

const server = { vault_addr: 'https://vault.example.com:8200', vault_secret_path: 'secret/store' };
const sound = { ...server, vault_token: 's.token' };
const appRole = { vault_role_id: 'role', vault_secret_id: 'planted-secret' };
const kubernetes = { vault_kubernetes_role: 'role', vault_kubernetes_token: 'planted.jwt' };
const jwt = { vault_jwt_role: 'role', vault_jwt: 'planted.jwt' };
const client = { vault_client_certificate: selfSigned.cert, vault_client_key: selfSigned.key };

test.each([
  ['https://vault.example.com:8200/', 'https://vault.example.com:8200'],
  ['http://127.0.0.1:8200', 'http://127.0.0.1:8200'],
  ['https://example.com/behind/a/proxy//', 'https://example.com/behind/a/proxy'],
])('takes the address %s', (vault_addr, address) => {
  expect(parse({ ...sound, vault_addr }).address).toBe(address);
});

test('accepts a path with slashes around it', () => {
  expect(parse({ ...sound, vault_secret_path: '/secret/store/' }).path).toEqual(['secret', 'store']);
});

test.each([
  ['a token', { vault_token: 's.token' }, { token: 's.token' }],
  ['AppRole', appRole, { mount: ['approle'], body: { role_id: 'role', secret_id: 'planted-secret' }, fromFile: false }],
  ['Kubernetes', kubernetes, { mount: ['kubernetes'], body: { role: 'role', jwt: 'planted.jwt' }, fromFile: true }],
  ['JWT', jwt, { mount: ['jwt'], body: { role: 'role', jwt: 'planted.jwt' }, fromFile: true }],
])('sees by the keys that it is to use %s, and takes empty ones for not given', (_what, keys, credentials) => {
  const others = Object.keys({
    vault_token: '',
    ...appRole,
    ...kubernetes,
    ...jwt,
    vault_auth_method: '',
    vault_auth_path: '',
  });
  const empty = Object.fromEntries(others.map((key) => [key, '']));
  expect(parse({ ...server, ...empty, ...keys }).credentials).toEqual(credentials);
});

test.each([
  ['approle', appRole],
  ['kubernetes', kubernetes],
  ['jwt', jwt],
])('logs in with %s where another mount is named', (vault_auth_method, keys) => {
  for (const vault_auth_path of ['team/login', '/auth/team/login/']) {
    expect(parse({ ...server, ...keys, vault_auth_method, vault_auth_path }).credentials).toMatchObject({
      mount: ['team', 'login'],
    });
  }
});

test.each<[string, string, Record<string, string>]>([
  ['vault_token', 'nothing to authenticate with', {}],
  ['vault_token', 'a method without its key', { vault_auth_method: 'token' }],
  ['vault_role_id', 'a method without its keys', { vault_auth_method: 'approle' }],
  ['vault_role_id', 'the other half of AppRole', { vault_secret_id: 'planted' }],
  ['vault_kubernetes_token', 'half of Kubernetes', { vault_kubernetes_role: 'planted' }],
  ['vault_kubernetes_role', 'the other half of Kubernetes', { vault_kubernetes_token: 'planted' }],
  ['vault_jwt', 'half of JWT', { vault_jwt_role: 'planted' }],
  ['vault_jwt_role', 'the other half of JWT', { vault_jwt: 'planted' }],
  ['vault_role_id', 'a token and AppRole', { vault_token: 'planted', ...appRole }],
  ['vault_jwt_role', 'Kubernetes and JWT', { ...kubernetes, ...jwt }],
  [
    'vault_token',
    'a token beside the method that was named',
    { vault_token: 'planted', ...appRole, vault_auth_method: 'approle' },
  ],
  ['vault_auth_method', 'a method that is none', { vault_token: 'planted', vault_auth_method: 'planted' }],
  ['vault_auth_path', 'a login mount for a token', { vault_token: 'planted', vault_auth_path: 'planted' }],
  ['vault_auth_path', 'a login mount that leads elsewhere', { ...appRole, vault_auth_path: '../planted' }],
])('refuses with the name of %s: %s', (key, _what, keys) => {
  refusal({ ...server, ...keys }, key);
});

test.each<[string, string]>([
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
  ['vault_secret_path', 'ref:planted/store'],
  ['vault_namespace', 'planted\r\nX-Other: 1'],
  ['vault_namespace', 'planted name'],
  ['vault_namespace', 'plänted'],
  ['vault_namespace', 'planted/../x'],
  ['vault_namespace', 'planted//x'],
  ['vault_request_timeout_seconds', '0'],
  ['vault_request_timeout_seconds', '11'],
  ['vault_request_timeout_seconds', '1.5'],
  ['vault_request_timeout_seconds', '5s'],
  ['vault_request_timeout_seconds', '-1'],
  ['vault_reference_path', 'planted,'],
  ['vault_reference_path', 'planted/../x'],
  ['vault_reference_path', 'secret/store'],
  ['vault_reference_path', 'secret/other,secret/store/planted'],
  ['vault_ca_certificate', 'planted'],
  ['vault_ca_certificate', selfSigned.key],
  ['vault_ca_certificate', `${selfSigned.cert}-----BEGIN CERTIFICATE-----\nplanted`],
  ['vault_ca_certificate', selfSigned.cert.replace('MII', 'planted')],
  ['vault_client_key', selfSigned.key],
  ['vault_client_certificate', selfSigned.cert],
])('refuses a bad %s by its name, without its value: %j', (key, value) => {
  const expected = { vault_client_key: 'vault_client_certificate', vault_client_certificate: 'vault_client_key' }[key];
  refusal({ ...sound, [key]: value }, expected ?? key);
});

test('takes AppRole without a secret id, for a role that needs none', () => {
  expect(parse({ ...server, vault_role_id: 'role' }).credentials).toMatchObject({ body: { role_id: 'role' } });
});

test.each([
  ['vault_token', 'planted token', 'spaces'],
  ['vault_ca_certificate', selfSigned.key, 'not-a-certificate'],
  ['vault_secret_path', 'planted//x', 'not-a-path'],
  ['vault_addr', 'planted', 'not-a-url'],
])('says of %s %j that it is %s', (key, value, reason) => {
  expect(errorOf(() => parse({ ...sound, [key]: value }))).toMatchObject({ key, reason });
});

test('accepts authority, client certificate and key as PEM, even if a form removed their line breaks', () => {
  const flat = (pem: string) => pem.replaceAll('\n', ' ');
  const { tls } = parse({
    ...sound,
    vault_ca_certificate: `${flat(selfSigned.cert)}${flat(strangersCertificate.cert)}`,
    vault_client_certificate: selfSigned.cert.replaceAll('\n', ''),
    vault_client_key: selfSigned.key.replaceAll('\n', '\\n'),
  });
  expect(tls).toEqual({ ca: selfSigned.cert + strangersCertificate.cert, cert: selfSigned.cert, key: selfSigned.key });
});

test('accepts one path for references, or several', () => {
  expect(parse(sound).referencePaths).toEqual([]);
  expect(parse({ ...sound, vault_reference_path: ' secret/team ,/shared/' }).referencePaths).toEqual([
    ['secret', 'team'],
    ['shared'],
  ]);
});

test('gives a request five seconds, or the configured time', () => {
  expect(parse(sound).requestMilliseconds).toBe(5_000);
  expect(parse({ ...sound, vault_request_timeout_seconds: '10' }).requestMilliseconds).toBe(10_000);
});

test.each(['vault_addr', 'vault_secret_path'])('refuses a configuration without %s', (key) => {
  refusal(Object.fromEntries(Object.entries(sound).filter(([name]) => name !== key)), key);
});

test('declares every key that it reads, and marks the secret ones', () => {
  const read = new Set<string>();
  const noted = (values: Record<string, string>) =>
    new (class extends Map<string, string> {
      override get(key: string) {
        read.add(key);
        return super.get(key);
      }
    })(Object.entries(values));
  for (const keys of [{ vault_token: 's.token' }, appRole, kubernetes, jwt]) {
    parseVaultConfiguration(noted({ ...server, ...client, ...keys }));
  }
  const fields = manifest.secretProvider.factories.VaultSecretProviderFactory.configuration;
  expect(fields.map(({ key }) => key).toSorted()).toEqual([...read].toSorted());
  expect(fields.filter(({ secret }) => secret).map(({ key }) => key)).toEqual([
    'vault_token',
    'vault_secret_id',
    'vault_client_key',
  ]);
  expect(fields.filter(({ required }) => required).map(({ key }) => key)).toEqual(['vault_addr', 'vault_secret_path']);
  expect(fields.filter(({ kind }) => kind === 'file').map(({ key }) => key)).toEqual([
    'vault_kubernetes_token',
    'vault_jwt',
  ]);
});

const parse = (values: Record<string, string>) => parseVaultConfiguration(new Map(Object.entries(values)));

const refusal = (values: Record<string, string>, key: string): void => {
  const error = errorOf(() => parse(values));
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({ key });
  expect(String(error)).not.toMatch(/planted|plänted|example|MII/);
};

const errorOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};
