import { ConfigurationError } from '@secret-store/provider-sdk';
import { describe, expect, test } from 'vitest';
import { parseAwsConfiguration } from './aws-configuration.ts';

const sound = {
  aws_endpoint: 'https://secretsmanager.eu-central-1.amazonaws.com',
  aws_region: 'eu-central-1',
  aws_access_key_id: 'AKIAIOSFODNN7EXAMPLE',
  aws_secret_access_key: 'secret/access+key',
};

const parse = (change: Record<string, string> = {}) =>
  parseAwsConfiguration(new Map(Object.entries({ ...sound, ...change })));

test('what is left out has its documented value', () => {
  expect(parse()).toEqual({
    endpoint: sound.aws_endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: sound.aws_access_key_id, secretAccessKey: sound.aws_secret_access_key },
    namePrefix: 'secret-store/',
    recoveryWindowDays: 0,
  });
});

test('a session token belongs to the credentials', () => {
  expect(parse({ aws_session_token: 'session' }).credentials).toMatchObject({ sessionToken: 'session' });
});

test.each([
  'https://vpce-1.secretsmanager.eu-central-1.vpce.amazonaws.com/',
  'HTTPS://EXAMPLE.COM:8443',
  'http://127.0.0.1:5000',
  'http://localhost:5000',
])('the endpoint %s is taken', (aws_endpoint) => {
  expect(parse({ aws_endpoint }).endpoint).toBe(new URL(aws_endpoint).origin);
});

describe('is refused by the name of its key, without its value', () => {
  const withoutValue: unknown = expect.not.stringContaining('bad-value');

  test.each([
    ['aws_endpoint', ''],
    ['aws_endpoint', 'bad-value'],
    ['aws_endpoint', 'http://bad-value.example.com'],
    ['aws_endpoint', 'https://example.com/bad-value'],
    ['aws_endpoint', 'https://user:bad-value@example.com'],
    ['aws_endpoint', 'https://example.com/?bad-value'],
    ['aws_region', ''],
    ['aws_region', 'bad-value/x'],
    ['aws_access_key_id', ''],
    ['aws_access_key_id', 'bad-value/x'],
    ['aws_secret_access_key', ''],
    ['aws_secret_access_key', 'bad-value\n'],
    ['aws_session_token', 'bad-value x'],
    ['secret_name_prefix', 'bad-value*'],
    ['recovery_window_days', '6'],
    ['recovery_window_days', '31'],
    ['recovery_window_days', '7.5'],
  ])('%s %j', (key, value) => {
    expect(() => parse({ [key]: value })).toThrow(ConfigurationError);
    expect(() => parse({ [key]: value })).toThrow(expect.objectContaining({ key, message: withoutValue }));
  });
});
