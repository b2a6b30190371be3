import { SecretNotFoundError, type VaultProblem, VaultProblemError } from '@secret-store/provider-sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GoogleSecretManagerSecretProviderFactory } from './google-secret-manager-secret-provider-factory.ts';
import { FakeSecretManager, type Intercept } from './testing/fake-secret-manager.ts';
import { type FakeAnswer, failed } from './testing/fake-secrets.ts';

let fake: FakeSecretManager;
beforeEach(async () => {
  fake = await FakeSecretManager.start();
});
afterEach(() => fake.close());

const value = 'value-5e0c';
const context = {
  secretId: '0192f0c1-0000-7000-8000-000000000001',
  algorithmId: 'Algorithm/1',
  environmentVariable: 'PASSWORD',
  version: 1,
};
const create = (change: Record<string, string> = {}, configuration = fake.configuration) =>
  new GoogleSecretManagerSecretProviderFactory().create(new Map(Object.entries({ ...configuration, ...change })));

const name = `secret-store-${context.secretId}`;
const versions = () => fake.secrets.stored.get(name)?.versions ?? [];

const expectProblem = async (call: Promise<unknown>, problem: VaultProblem) => {
  const error = await call.then(
    () => expect.unreachable(),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(VaultProblemError);
  expect(error).toMatchObject({ problem });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(value);
};

test('a secret is named by prefix and secret id, with labels and the policy of replication', async () => {
  const id = await create({ replica_locations: 'europe-west3' }).createSecret(value, context);
  expect(id.getProviderKey()).toBe(name);
  expect(fake.secrets.stored.get(name)?.body).toEqual({
    replication: { userManaged: { replicas: [{ location: 'europe-west3' }] } },
    labels: { 'managed-by': 'secret-store', algorithm: 'algorithm-1' },
  });
});

test('the key of another secret is refused without a request', async () => {
  const provider = create();
  const id = await provider.createSecret(value, context);
  const asked = fake.requests.length;
  await expect(provider.getSecret(id, { ...context, secretId: 'other' })).rejects.toThrow(SecretNotFoundError);
  await expect(provider.deleteSecret({ getProviderKey: () => 'someone-elses' }, context)).resolves.toBe(false);
  await expectProblem(create({ secret_name_prefix: 'other-' }).getSecret(id, context), 'wrong-engine');
  expect(fake.requests.length).toBe(asked);
});

test('a request for version or time never returns the value', async () => {
  const provider = create();
  const id = await provider.createSecret(value, context);
  fake.requests.length = 0;
  await provider.getSecretVersion(id, context);
  await provider.secretLastUpdated(id, context);
  expect(fake.requests.map(({ target }) => target.split('/').slice(-2).join('/'))).toEqual([
    'versions/latest',
    'versions/latest',
  ]);
});

test('a secret that was deleted and created again has another version, though numbers begin at 1', async () => {
  const provider = create();
  const id = await provider.createSecret(value, context);
  const before = await provider.getSecretVersion(id, context);
  await provider.deleteSecret(id, context);
  await provider.createSecret('other', context);
  expect(await provider.getSecretVersion(id, context)).not.toBe(before);
});

test('the first versions of two secrets differ, even if they are from the same moment', async () => {
  const provider = create();
  const createTime = '2026-01-01T00:00:00.000000123Z';
  const versionOf = async (secretId: string) => {
    const own = { ...context, secretId };
    const id = await provider.createSecret(value, own);
    const [version] = fake.secrets.stored.get(id.getProviderKey())?.versions.splice(0) ?? [];
    if (version) fake.secrets.stored.get(id.getProviderKey())?.versions.push({ ...version, createTime });
    return provider.getSecretVersion(id, own);
  };
  expect(await versionOf('a')).not.toBe(await versionOf('b'));
});

test('a secret whose value could not be stored does not stay', async () => {
  fake.intercept(
    () => 'pass',
    () => failed(403, 'PERMISSION_DENIED', value),
  );
  await expectProblem(create().createSecret(value, context), 'not-permitted');
  expect([...fake.secrets.stored.keys()]).toEqual([]);
});

describe('a version that cannot be read', () => {
  test.each<[state: 'DISABLED' | 'DESTROYED', expected: object]>([
    ['DISABLED', { problem: 'disabled' }],
    ['DESTROYED', { code: 'SECRET_NOT_FOUND' }],
  ])('%s', async (state, expected) => {
    const provider = create();
    const id = await provider.createSecret(value, context);
    for (const version of versions()) version.state = state;
    await expect(provider.getSecret(id, context)).rejects.toMatchObject(expected);
    await expect(provider.getSecretVersion(id, context)).rejects.toMatchObject(expected);
    // an update brings the secret back
    await provider.updateSecret(id, 'next', context);
    expect((await provider.getSecret(id, context)).getValue()).toBe('next');
  });
});

describe('the checksum is verified', () => {
  const tampered: Intercept = (request) => {
    const { data } = versions()[0] ?? {};
    return request.target.endsWith(':access')
      ? { status: 200, body: { payload: { data: data?.toString('base64'), dataCrc32c: '1' } } }
      : 'pass';
  };

  test('by the provider, of a value that it reads', async () => {
    const provider = create();
    const id = await provider.createSecret(value, context);
    fake.intercept(tampered);
    await expectProblem(provider.getSecret(id, context), 'unexpected-answer');
  });

  test('by the vault, of a value that is stored', async () => {
    await create().createSecret(value, context);
    // CRC32C of the value, by another implementation
    expect(fake.requests[1]?.body).toBe(
      JSON.stringify({ payload: { data: Buffer.from(value).toString('base64'), dataCrc32c: '934983068' } }),
    );
  });

  test('and a value that is not UTF-8 is not returned changed', async () => {
    const provider = create();
    const id = await provider.createSecret(value, context);
    versions().push({ createTime: new Date().toISOString(), state: 'ENABLED', data: Buffer.from([0xff, 0xfe]) });
    await expectProblem(provider.getSecret(id, context), 'unexpected-answer');
  });
});

describe('what an administrator can act on is named', () => {
  test.each<[answer: string, intercept: FakeAnswer, problem: VaultProblem]>([
    ['UNAUTHENTICATED', failed(401, 'UNAUTHENTICATED', value), 'not-authenticated'],
    ['PERMISSION_DENIED', failed(403, 'PERMISSION_DENIED', value), 'not-permitted'],
    ['ABORTED', failed(409, 'ABORTED', value), 'conflict'],
    ['a redirect', { status: 301, body: {} }, 'redirected'],
    ['a page that is not there', { status: 404, body: {} }, 'unexpected-answer'],
    ['an answer without a value', { status: 200, body: {} }, 'unexpected-answer'],
  ])('%s', async (_answer, intercept, problem) => {
    const provider = create();
    const id = await provider.createSecret(value, context);
    fake.intercept(() => intercept);
    await expectProblem(provider.getSecret(id, context), problem);
  });

  test('a server error that lasts', async () => {
    const id = create().identifierFor(context);
    fake.intercept(...Array.from({ length: 4 }, () => () => failed(503, 'UNAVAILABLE', value)));
    await expectProblem(create().getSecret(id, context), 'unavailable');
  });

  test('a value that is too large, before the vault is asked', async () => {
    await expectProblem(create().createSecret('é'.repeat(32_769), context), 'too-large');
    expect(fake.requests).toEqual([]);
  });

  test('a secret that already exists, and stays as it is', async () => {
    const provider = create();
    const id = await provider.createSecret(value, context);
    await expectProblem(provider.createSecret('other', context), 'conflict');
    expect((await provider.getSecret(id, context)).getValue()).toBe(value);
  });
});

test('a quota that is used up for a moment is waited for, and nothing is written twice', async () => {
  const provider = create();
  const id = await provider.createSecret(value, context);
  fake.intercept(
    () => failed(429, 'RESOURCE_EXHAUSTED'),
    () => 'pass',
    () => failed(503, 'UNAVAILABLE'),
  );
  await provider.updateSecret(id, 'next', context);
  expect((await provider.getSecret(id, context)).getValue()).toBe('next');
  fake.intercept(() => failed(503, 'UNAVAILABLE'));
  await expectProblem(provider.updateSecret(id, 'third', context), 'unavailable');
  expect(versions().length).toBe(2);
});

describe('a federated token', () => {
  const federated = () => create({}, fake.federatedConfiguration);

  test('is exchanged once for many calls, and read again by the host', async () => {
    const provider = federated();
    await Promise.all(['a', 'b', 'c'].map((secretId) => provider.createSecret(value, { ...context, secretId })));
    expect(fake.tokens.exchanges).toBe(1);
    expect(provider.getTtl()).toBe(300);
    expect(create().getTtl()).toBe(0);
  });

  test('that the token service refuses is not the vault being away, and is not sent to the vault', async () => {
    const provider = create({ federated_token: 'other' }, fake.federatedConfiguration);
    await expectProblem(provider.createSecret(value, context), 'not-authenticated');
    expect(fake.requests.map(({ target }) => target)).toEqual(['/v1/token']);
  });

  test('is exchanged again when the vault no longer takes what it gave', async () => {
    const provider = federated();
    const id = await provider.createSecret(value, context);
    fake.tokens.revoke();
    await expectProblem(provider.getSecret(id, context), 'not-authenticated');
    expect((await provider.getSecret(id, context)).getValue()).toBe(value);
  });

  test('is exchanged again when its life is over', async () => {
    fake.tokens.lifeSeconds = 0;
    const provider = federated();
    const id = await provider.createSecret(value, context);
    await provider.getSecret(id, context);
    expect(fake.tokens.exchanges).toBe(3);
  });
});
