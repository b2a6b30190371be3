import { generateKeyPairSync } from 'node:crypto';
import { ConfigurationError } from '@secret-store/provider-sdk';
import { describe, expect, test } from 'vitest';
import { parseGoogleConfiguration } from './google-configuration.ts';
import { federation, serviceAccount } from './testing/fake-tokens.ts';

const key = JSON.stringify(serviceAccount);
const sound = { project_id: 'example-project', service_account_key: key };

const parse = (change: Record<string, string> = {}) =>
  parseGoogleConfiguration(new Map(Object.entries({ ...sound, ...change })));

test('what is left out has its documented value', () => {
  expect(parse()).toMatchObject({
    endpoint: 'https://secretmanager.googleapis.com',
    parent: 'projects/example-project',
    identity: { email: serviceAccount.client_email, keyId: serviceAccount.private_key_id },
    namePrefix: 'secret-store-',
    referencePrefix: undefined,
    replication: { automatic: {} },
  });
});

test('regional secrets have the location in their names, and no policy of replication', () => {
  const endpoint = 'https://secretmanager.europe-west3.rep.googleapis.com';
  expect(parse({ location: 'europe-west3', endpoint })).toMatchObject({
    endpoint,
    parent: 'projects/example-project/locations/europe-west3',
    replication: undefined,
  });
});

test('locations for replicas are the policy of new secrets', () => {
  const replicas = [{ location: 'europe-west3' }, { location: 'europe-west4' }];
  expect(parse({ replica_locations: 'europe-west3, europe-west4' }).replication).toEqual({ userManaged: { replicas } });
});

test('the key of a service account may come from a file, or a token from the platform', () => {
  const { identity } = parse({ service_account_key: '', service_account_file: `${key}\n` });
  expect(identity).toMatchObject({ email: serviceAccount.client_email });
  const federated = { ...federation, service_account_key: '', federated_token: 'token\n' };
  expect(parse(federated).identity).toEqual({
    token: 'token',
    provider: federation.workload_identity_provider,
    tokenService: 'https://sts.googleapis.com',
  });
});

describe('is refused by the name of its key, without its value', () => {
  const withoutValue: unknown = expect.not.stringContaining('bad-value');
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  });

  test.each<[key: string, value: string, reason: string, more?: Record<string, string>]>([
    ['project_id', '', 'missing'],
    ['project_id', 'bad-value/x', 'not-a-name'],
    ['service_account_key', '', 'missing'],
    ['service_account_key', 'bad-value', 'not-a-private-key'],
    ['service_account_key', '{"bad-value":1}', 'not-a-private-key'],
    ['service_account_key', '"bad-value"', 'not-a-private-key'],
    ['service_account_key', JSON.stringify({ ...serviceAccount, private_key: 'bad-value' }), 'not-a-private-key'],
    ['service_account_key', JSON.stringify({ ...serviceAccount, private_key: elliptic }), 'not-a-private-key'],
    ['service_account_key', JSON.stringify({ ...serviceAccount, client_email: '' }), 'not-a-private-key'],
    ['service_account_file', key, 'conflict'],
    ['federated_token', 'bad-value', 'conflict'],
    ['workload_identity_provider', 'bad-value', 'not-a-name', { service_account_key: '', federated_token: 'token' }],
    ['token_service', 'bad-value', 'not-a-url', { ...federation, service_account_key: '' }],
    ['endpoint', '', 'missing', { location: 'europe-west3' }],
    ['endpoint', 'http://bad-value.example.com', 'not-a-url'],
    ['endpoint', 'https://example.com/bad-value', 'not-a-url'],
    ['location', 'bad-value/x', 'not-a-name', { endpoint: 'https://example.com' }],
    ['replica_locations', 'europe-west3', 'conflict', { location: 'europe-west3', endpoint: 'https://example.com' }],
    ['replica_locations', 'bad-value;', 'not-a-name'],
    ['secret_name_prefix', 'bad-value/', 'not-a-name'],
    ['reference_prefix', 'bad-value*', 'not-a-name'],
  ])('%s %j: %s', (name, value, reason, more) => {
    const call = () => parse({ ...more, [name]: value });
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(expect.objectContaining({ key: name, reason, message: withoutValue }));
  });
});
