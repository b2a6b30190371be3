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
    identity: { accessKeyId: sound.aws_access_key_id, secretAccessKey: sound.aws_secret_access_key },
    namePrefix: 'secret-store/',
    referencePrefix: undefined,
    kmsKeyId: undefined,
    rotation: undefined,
    recoveryWindowDays: 0,
  });
});

test('a session token belongs to the credentials', () => {
  expect(parse({ aws_session_token: 'session' }).identity).toMatchObject({ sessionToken: 'session' });
});

const role = {
  aws_access_key_id: '',
  aws_secret_access_key: '',
  aws_web_identity_token: 'token\n',
  aws_role_arn: 'arn:aws:iam::123456789012:role/store',
  aws_sts_endpoint: 'https://sts.eu-central-1.amazonaws.com',
};

test('a token of the platform takes the place of an access key', () => {
  expect(parse(role).identity).toEqual({
    roleArn: role.aws_role_arn,
    token: 'token',
    tokenService: role.aws_sts_endpoint,
  });
});

const lambda = 'arn:aws:lambda:eu-central-1:123456789012:function:rotate';

test('a function for new values is called every 30 days unless set', () => {
  expect(parse({ rotation_lambda_arn: lambda }).rotation).toEqual({ lambdaArn: lambda, days: 30 });
  expect(parse({ rotation_lambda_arn: lambda, rotation_days: '1' }).rotation).toEqual({ lambdaArn: lambda, days: 1 });
});

test.each(['alias/store', '1234abcd-12ab-34cd-56ef-1234567890ab', 'arn:aws:kms:eu-central-1:123456789012:key/1234'])(
  'the KMS key %s is taken',
  (kms_key_id) => {
    expect(parse({ kms_key_id }).kmsKeyId).toBe(kms_key_id);
  },
);

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
    ['reference_prefix', 'bad-value*'],
    ['kms_key_id', 'bad-value x'],
    ['rotation_lambda_arn', 'bad-value'],
    ['rotation_days', '0'],
    ['recovery_window_days', '6'],
    ['recovery_window_days', '31'],
    ['recovery_window_days', '7.5'],
  ])('%s %j', (key, value) => {
    expect(() => parse({ [key]: value })).toThrow(ConfigurationError);
    expect(() => parse({ [key]: value })).toThrow(expect.objectContaining({ key, message: withoutValue }));
  });

  test.each([
    ['aws_role_arn', ''],
    ['aws_role_arn', 'bad-value'],
    ['aws_sts_endpoint', ''],
    ['aws_sts_endpoint', 'http://bad-value.example.com'],
    ['aws_access_key_id', 'bad-value'],
  ])('with a token of the platform, %s %j', (key, value) => {
    expect(() => parse({ ...role, [key]: value })).toThrow(expect.objectContaining({ key, message: withoutValue }));
  });
});
