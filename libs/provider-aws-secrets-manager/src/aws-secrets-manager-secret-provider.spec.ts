import { SecretNotFoundError, type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AwsSecretsManagerSecretProviderFactory } from './aws-secrets-manager-secret-provider-factory.ts';
import { failed, type FakeAnswer } from './testing/fake-secrets.ts';
import { FakeSecretsManager, type Intercept } from './testing/fake-secrets-manager.ts';

let fake: FakeSecretsManager;
beforeEach(async () => {
  fake = await FakeSecretsManager.start();
});
afterEach(() => fake.close());

const value = 'value-5e0c';
const context = {
  secretId: '0192f0c1-0000-7000-8000-000000000001',
  algorithmId: 'algorithm',
  environmentVariable: 'PASSWORD',
  version: 1,
};
const create = (change: Record<string, string> = {}) =>
  new AwsSecretsManagerSecretProviderFactory().create(new Map(Object.entries({ ...fake.configuration, ...change })));

const caught = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

const expectProblem = async (call: Promise<unknown>, problem: VaultProblem) => {
  const error = await caught(call);
  expect(error).toBeInstanceOf(VaultProblemError);
  expect(error).toMatchObject({ problem });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(value);
};

test('a secret is named by prefix and secret id, which is its provider key', async () => {
  const id = await create({ secret_name_prefix: 'team-a/' }).createSecret(value, context);
  expect(id.getProviderKey()).toBe(`team-a/${context.secretId}`);
  expect(fake.secrets.names).toEqual([id.getProviderKey()]);
});

test('the key of another secret is refused without a request to AWS', async () => {
  const provider = create();
  const id = await provider.createSecret(value, context);
  const asked = fake.requests.length;
  await expect(provider.getSecret(id, { ...context, secretId: 'other' })).rejects.toThrow(SecretNotFoundError);
  await expect(provider.deleteSecret({ getProviderKey: () => 'someone-elses' }, context)).resolves.toBe(false);
  expect(fake.requests.length).toBe(asked);
  expect(fake.secrets.names).toEqual([id.getProviderKey()]);
});

test('a request for version or time never returns the value', async () => {
  const provider = create();
  const id = await provider.createSecret(value, context);
  fake.requests.length = 0;
  await provider.getSecretVersion(id, context);
  await provider.secretLastUpdated(id, context);
  expect(fake.requests.map(({ action }) => action)).toEqual(['DescribeSecret', 'DescribeSecret']);
});

describe('deletion', () => {
  test('is final if no recovery window is configured', async () => {
    const provider = create();
    const id = await provider.createSecret(value, context);
    await provider.deleteSecret(id, context);
    expect(fake.secrets.names).toEqual([]);
    expect(JSON.parse(fake.requests.at(-1)?.body ?? '')).toEqual({
      SecretId: id.getProviderKey(),
      ForceDeleteWithoutRecovery: true,
    });
  });

  test('leaves the secret restorable if one is configured, and reading it gives not found', async () => {
    const provider = create({ recovery_window_days: '14' });
    const id = await provider.createSecret(value, context);
    await provider.deleteSecret(id, context);
    expect(JSON.parse(fake.requests.at(-1)?.body ?? '')).toEqual({
      SecretId: id.getProviderKey(),
      RecoveryWindowInDays: 14,
    });
    expect(fake.secrets.names).toEqual([id.getProviderKey()]);
    await expect(provider.getSecret(id, context)).rejects.toThrow(SecretNotFoundError);
    await expect(provider.updateSecret(id, value, context)).rejects.toThrow(SecretNotFoundError);
    await expectProblem(provider.createSecret(value, context), 'conflict');
  });

  test('twice at once: at least one returns true, and neither fails', async () => {
    const provider = create({ recovery_window_days: '7' });
    const id = await provider.createSecret(value, context);
    const existed = await Promise.all([provider.deleteSecret(id, context), provider.deleteSecret(id, context)]);
    expect(existed).toContain(true);
  });
});

describe('what an administrator can act on is named', () => {
  test.each<[answer: string, intercept: FakeAnswer, problem: VaultProblem]>([
    ['AccessDeniedException', failed('AccessDeniedException', value), 'not-permitted'],
    ['ExpiredTokenException', failed('ExpiredTokenException', value), 'not-authenticated'],
    ['LimitExceededException', failed('LimitExceededException', value), 'throttled'],
    ['EncryptionFailure', failed('EncryptionFailure', value), 'unavailable'],
    ['InvalidParameterException', failed('InvalidParameterException', value), 'unexpected-answer'],
    [
      'a type with the namespace that AWS once put there',
      failed('com.amazon.coral.service#AccessDeniedException', value),
      'not-permitted',
    ],
    ['a redirect', { status: 301, body: {} }, 'redirected'],
    ['an answer without a value', { status: 200, body: {} }, 'unexpected-answer'],
  ])('%s', async (_answer, intercept, problem) => {
    const provider = create();
    const id = await provider.createSecret(value, context);
    // the SDK tries some again
    fake.intercept(...Array.from({ length: 3 }, () => () => intercept));
    await expectProblem(provider.getSecret(id, context), problem);
  });

  test('an answer that is not of this protocol', async () => {
    const page: Intercept = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<html>${value}`);
      return 'taken';
    };
    fake.intercept(page, page, page);
    await expectProblem(create().getSecret(create().identifierFor(context), context), 'unexpected-answer');
  });

  test('a wrong secret access key, and a wrong region', async () => {
    await expectProblem(create({ aws_secret_access_key: 'another' }).createSecret(value, context), 'not-authenticated');
    await expectProblem(create({ aws_region: 'us-east-1' }).createSecret(value, context), 'not-authenticated');
  });

  test('a server that cannot be reached', async () => {
    const endpoint = fake.endpoint;
    await fake.close();
    await expectProblem(create({ aws_endpoint: endpoint }).createSecret(value, context), 'unreachable');
    fake = await FakeSecretsManager.start();
  });

  test('a value that is too large, before AWS is asked', async () => {
    await expectProblem(create().createSecret('é'.repeat(32_769), context), 'too-large');
    expect(fake.requests).toEqual([]);
  });

  test('a secret that already exists', async () => {
    const provider = create();
    await provider.createSecret(value, context);
    await expectProblem(provider.createSecret('other', context), 'conflict');
  });
});

test('a new secret is encrypted with the configured KMS key', async () => {
  const id = await create({ kms_key_id: 'alias/store' }).createSecret(value, context);
  expect(fake.secrets.kmsKeyOf(id.getProviderKey())).toBe('alias/store');
});

describe('rotation', () => {
  const rotating = {
    rotation_lambda_arn: 'arn:aws:lambda:eu-central-1:123456789012:function:rotate',
    rotation_days: '7',
  };

  test('is offered only with a function that makes new values', () => {
    expect([create().rotate, create(rotating).rotate].map((rotate) => rotate !== undefined)).toEqual([false, true]);
  });

  test('waits until the new version is the one that workers read', async () => {
    const provider = create(rotating);
    const id = await provider.createSecret(value, context);
    fake.requests.length = 0;
    fake.secrets.rotationRequests = 2;
    const version = await provider.rotate?.(id, context);
    expect(await provider.getSecretVersion(id, context)).toBe(version);
    expect((await provider.getSecret(id, context)).getValue()).not.toBe(value);
    expect(JSON.parse(fake.requests[0]?.body ?? '')).toMatchObject({
      SecretId: id.getProviderKey(),
      RotationLambdaARN: rotating.rotation_lambda_arn,
      RotationRules: { AutomaticallyAfterDays: 7 },
      RotateImmediately: true,
    });
  });

  test('that does not end within the call is reported as such', async () => {
    const provider = create(rotating);
    const id = await provider.createSecret(value, context);
    fake.secrets.rotationRequests = Number.POSITIVE_INFINITY;
    const over = new AbortController();
    fake.intercept(
      () => 'pass',
      () => {
        over.abort();
        return 'pass';
      },
    );
    await expectProblem(Promise.resolve(provider.rotate?.(id, { ...context, signal: over.signal })), 'timed-out');
  });
});

describe('a role', () => {
  const withRole = (change: Record<string, string> = {}) =>
    new AwsSecretsManagerSecretProviderFactory().create(
      new Map(Object.entries({ ...fake.roleConfiguration, ...change })),
    );

  test('is assumed once for many calls, and its token is read again by the host', async () => {
    const provider = withRole();
    await Promise.all(['a', 'b', 'c'].map((secretId) => provider.createSecret(value, { ...context, secretId })));
    expect(fake.tokens.exchanges).toBe(1);
    expect(fake.requests.every(({ headers }) => headers['x-amz-security-token'] === 'session')).toBe(true);
    expect([provider.getTtl(), create().getTtl()]).toEqual([300, 0]);
  });

  test('that the token is not good for is not the vault being away', async () => {
    const provider = withRole({ aws_web_identity_token: 'another' });
    await expectProblem(provider.createSecret(value, context), 'not-authenticated');
    expect(fake.requests).toEqual([]);
  });
});

test('a temporary server error is retried', async () => {
  const busy: Intercept = () => failed('InternalServiceError', 'busy', 500);
  fake.intercept(busy, () => failed('ThrottlingException', 'slow down'));
  const provider = create();
  const id = await provider.createSecret(value, context);
  expect((await provider.getSecret(id, context)).getValue()).toBe(value);
});

test('a creation whose answer was lost is one creation', async () => {
  fake.intercept((request, response) => {
    fake.answer(request);
    response.destroy();
    return 'taken';
  });
  const provider = create();
  const id = await provider.createSecret(value, context);
  expect(fake.requests.map(({ action }) => action)).toEqual(['CreateSecret', 'CreateSecret']);
  expect((await provider.getSecret(id, context)).getValue()).toBe(value);
});
