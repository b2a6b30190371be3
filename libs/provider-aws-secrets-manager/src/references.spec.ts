import { InvalidReferenceError, SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AwsSecretsManagerSecretProviderFactory } from './aws-secrets-manager-secret-provider-factory.ts';
import { FakeSecretsManager } from './testing/fake-secrets-manager.ts';

let fake: FakeSecretsManager;

beforeAll(async () => {
  fake = await FakeSecretsManager.start();
  for (const name of ['team/a', 'team/b', 'team/store/1', 'team/c', 'team/d', 'closed', 'my/team/a'])
    fake.put(name, `the value of ${name}`);
});
beforeEach(() => {
  fake.requests.length = 0;
});
afterAll(() => fake.close());

const context = { secretId: 'id', algorithmId: 'algorithm', environmentVariable: 'PASSWORD', version: 1 };
const open = { reference_prefix: 'team/', secret_name_prefix: 'team/store/' };
const create = (change: Record<string, string> = open) =>
  new AwsSecretsManagerSecretProviderFactory().create(new Map(Object.entries({ ...fake.configuration, ...change })));

const referTo = async (reference: string) => {
  const id = await create().referTo?.(reference, context);
  if (!id) throw new Error('no identifier');
  return id;
};

test('are offered only if the configuration opens names for them', () => {
  const { referTo: refer, list } = create({});
  expect([refer, list]).toEqual([undefined, undefined]);
});

test.each([
  ['name', () => 'team/a'],
  ['ARN', () => fake.secrets.arnOf('team/a')],
])('lead by %s to a secret without reading it', async (_kind, reference) => {
  const id = await referTo(reference());
  expect(id.getProviderKey()).toBe(`ref:${reference()}`);
  expect(fake.requests.map(({ action }) => action)).toEqual(['DescribeSecret']);
  expect((await create().getSecret(id, context)).getValue()).toBe('the value of team/a');
});

test('are refused for a secret that does not exist', async () => {
  await expect(referTo('team/gone')).rejects.toThrow(SecretNotFoundError);
});

const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:';

test.each([
  'closed',
  'my/team/a',
  'tea',
  'TEAM/a',
  '',
  'team/a\u0000',
  'ref:team/a',
  // of the store itself
  'team/store/1',
  `${arn}team/store/1-abc123`,
  `${arn}closed-abc123`,
  `${arn}closed`,
  'arn:aws:s3:::team/a-abc123',
])('never lead to what is not open: %j', async (reference) => {
  await expect(referTo(reference)).rejects.toThrow(InvalidReferenceError);
  const forged = { getProviderKey: () => `ref:${reference}` };
  await expect(create().getSecret(forged, context)).rejects.toThrow(InvalidReferenceError);
  expect(fake.requests).toEqual([]);
});

test('are checked again in each call: a name that is no longer open is not read', async () => {
  const id = await referTo('team/a');
  fake.requests.length = 0;
  for (const subject of [create({}), create({ reference_prefix: 'other/' })]) {
    await expect(subject.getSecret(id, context)).rejects.toThrow(InvalidReferenceError);
    await expect(subject.getSecretVersion(id, context)).rejects.toThrow(InvalidReferenceError);
    await expect(subject.secretLastUpdated(id, context)).rejects.toThrow(InvalidReferenceError);
  }
  expect(fake.requests).toEqual([]);
});

test("never change, rotate or delete other people's secrets", async () => {
  const id = await referTo('team/a');
  fake.requests.length = 0;
  const subject = create({ ...open, rotation_lambda_arn: 'arn:aws:lambda:eu-central-1:123456789012:function:rotate' });
  await expect(subject.updateSecret(id, 'forged', context)).rejects.toThrow(InvalidReferenceError);
  await expect(subject.deleteSecret(id, context)).rejects.toThrow(InvalidReferenceError);
  await expect(subject.rotate?.(id, context)).rejects.toThrow(InvalidReferenceError);
  expect(fake.requests).toEqual([]);
});

test('are listed a page at a time, and nothing else is', async () => {
  const first = await create().list?.();
  const second = await create().list?.(first?.marker);
  expect([first?.names, second?.names]).toEqual([
    ['team/a', 'team/b'],
    ['team/c', 'team/d'],
  ]);
  expect(second?.marker).toBeUndefined();
});
