import { ConfigurationError } from '@secret-store/provider-sdk';
import { describe, expect, test } from 'vitest';
import { parseAzureConfiguration } from './azure-configuration.ts';
import { limitsOf } from './limits.ts';
import { clientCertificate, serverCertificate, testAuthority } from '../testing/certificates.ts';

const sound = {
  vault_url: 'https://example.vault.azure.net',
  tenant_id: 'example.onmicrosoft.com',
  client_id: '11111111-2222-3333-4444-555555555555',
  client_secret: 'a~secret.of_the-application',
};
const pem = `${clientCertificate.cert}${clientCertificate.key}`;
const token = 'e30.e30.c2lnbmF0dXJl';

test('needs only the four keys, and has safe defaults for the rest', () => {
  expect(parse({})).toMatchObject({
    vaultUrl: 'https://example.vault.azure.net',
    authorityHost: 'https://login.microsoftonline.com',
    authentication: { kind: 'secret', clientSecret: sound.client_secret },
    namePrefix: 'secret-store',
    verifyChallengeResource: true,
    purgeOnDelete: false,
    references: undefined,
    authorities: [],
  });
});

test.each([
  ['a certificate with its key', { client_certificate: pem }, 'certificate'],
  [
    'a key before its certificate',
    { client_certificate: `${clientCertificate.key}${clientCertificate.cert}` },
    'certificate',
  ],
  ['a certificate with lines of Windows', { client_certificate: pem.replaceAll('\n', '\r\n') }, 'certificate'],
  ['a federated token with a line break after it', { federated_token: `${token}\n` }, 'federated'],
])('takes %s', (_what, keys, kind) => {
  expect(parse({ client_secret: '', ...keys }).authentication.kind).toBe(kind);
});

describe('exactly one way to authenticate', () => {
  test.each([
    ['none', {}, 'client_secret'],
    ['secret and certificate', { client_secret: 'x', client_certificate: pem }, 'client_certificate'],
    ['secret and token', { client_secret: 'x', federated_token: token }, 'federated_token'],
    ['certificate and token', { client_certificate: pem, federated_token: token }, 'federated_token'],
  ])('is wanted: %s', (_what, keys, key) => {
    expect(errorOf(() => parse({ client_secret: '', ...keys }))).toMatchObject({ name: 'ConfigurationError', key });
  });
});

test.each([
  ['vault_url', ''],
  ['vault_url', 'planted.vault.azure.net'],
  ['vault_url', 'http://planted.vault.azure.net'],
  ['vault_url', 'http://127.0.0.1:8443/planted'],
  ['vault_url', 'http://127.0.0.1:8443'],
  ['vault_url', 'https://planted.vault.azure.net/secrets/x'],
  ['vault_url', 'https://planted:planted@example.vault.azure.net'],
  ['vault_url', 'https://example.vault.azure.net?planted'],
  ['tenant_id', ''],
  ['tenant_id', 'planted/../other'],
  ['tenant_id', 'planted?'],
  ['client_id', ''],
  ['client_id', 'planted&grant_type=x'],
  ['client_secret', 'planted\n'],
  ['client_secret', ' planted'],
  ['client_certificate', 'planted'],
  ['client_certificate', clientCertificate.cert],
  ['client_certificate', clientCertificate.key],
  ['client_certificate', `${serverCertificate.cert}${serverCertificate.key}`],
  ['client_certificate', `${serverCertificate.cert}${clientCertificate.key}`],
  ['federated_token', 'planted'],
  ['federated_token', '/var/run/planted/token'],
  ['authority_host', 'http://planted.example.com'],
  ['authority_host', 'https://planted.example.com/tenant'],
  ['ca_certificate', 'planted'],
  ['ca_certificate', '-----BEGIN CERTIFICATE-----\nplanted\n-----END CERTIFICATE-----'],
  ['secret_name_prefix', 'planted_'],
  ['secret_name_prefix', 'planted-'],
  ['secret_name_prefix', `planted${'x'.repeat(90)}`],
  ['request_timeout_seconds', '0'],
  ['request_timeout_seconds', '9'],
  ['request_timeout_seconds', '1.5'],
  ['purge_on_delete', 'yes'],
  ['verify_challenge_resource', 'no'],
  ['reference_names', 'planted name'],
  ['reference_names', 'a,,b'],
  ['reference_names', 'planted*-x'],
])('refuses a bad %s by its name, without its value: %j', (key, value) => {
  const others = key.startsWith('client_c') || key === 'federated_token' ? { client_secret: '' } : {};
  const error = errorOf(() => parse({ ...others, [key]: value }));
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({ key });
  const shown = error instanceof Error ? [error.stack, String(error.cause)].join() : '';
  expect(shown).not.toMatch(/planted|BEGIN|example\.vault/);
});

test.each(['example.vault.azure.net', 'example.vault.azure.cn', 'example.vault.usgovcloudapi.net'])(
  'lets nobody switch off what proves that %s is a vault',
  (host) => {
    const keys = { vault_url: `https://${host}`, verify_challenge_resource: 'false' };
    expect(errorOf(() => parse(keys))).toMatchObject({ key: 'verify_challenge_resource' });
  },
);

test('uses the configured request timeout, within the time of a call', () => {
  for (const seconds of [1, 5, 8]) {
    const limits = limitsOf(parse({ request_timeout_seconds: String(seconds) }));
    expect(limits.requestMilliseconds).toBe(seconds * 1_000);
    expect(limits.requestMilliseconds).toBeLessThan(limits.callMilliseconds);
  }
});

test('accepts several authorities with text between them', () => {
  const bundle = `# ours\n${testAuthority}\n# theirs\n${clientCertificate.cert}`;
  expect(parse({ ca_certificate: bundle }).authorities).toHaveLength(2);
});

const parse = (changes: Record<string, string>) =>
  parseAzureConfiguration(new Map(Object.entries({ ...sound, ...changes })));

const errorOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};
