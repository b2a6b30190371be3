import { InvalidReferenceError, SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { GoogleSecretManagerSecretProviderFactory } from './google-secret-manager-secret-provider-factory.ts';
import { FakeSecretManager } from './testing/fake-secret-manager.ts';

let fake: FakeSecretManager;

beforeAll(async () => {
  fake = await FakeSecretManager.start();
  for (const name of ['team-a', 'team-b', 'team-c', 'team-d', 'team-e', 'closed', 'my-team-a', 'team-store-1'])
    fake.put(name, `the value of ${name}`);
});
beforeEach(() => {
  fake.requests.length = 0;
});
afterAll(() => fake.close());

const context = { secretId: 'id', algorithmId: 'algorithm', environmentVariable: 'PASSWORD', version: 1 };
const open = { reference_prefix: 'team-', secret_name_prefix: 'team-store-' };
const create = (change: Record<string, string> = open) =>
  new GoogleSecretManagerSecretProviderFactory().create(new Map(Object.entries({ ...fake.configuration, ...change })));

const referTo = async (reference: string) => {
  const id = await create().referTo?.(reference, context);
  if (!id) throw new Error('no identifier');
  return id;
};

test('are offered only if the configuration opens names for them', () => {
  const { referTo: refer, list } = create({});
  expect([refer, list]).toEqual([undefined, undefined]);
});

test.each(['team-a', 'projects/example-project/secrets/team-a'])('lead to %s without reading it', async (reference) => {
  const id = await referTo(reference);
  expect(id.getProviderKey()).toBe('ref:team-a');
  expect(fake.requests.map(({ target }) => target)).toEqual([
    '/v1/projects/example-project/secrets/team-a/versions/latest',
  ]);
  expect((await create().getSecret(id, context)).getValue()).toBe('the value of team-a');
});

test('follow the version that their owner adds', async () => {
  const id = await referTo('team-b');
  const before = await create().getSecretVersion(id, context);
  fake.change('team-b', 'changed');
  expect(await create().getSecretVersion(id, context)).not.toBe(before);
  expect((await create().getSecret(id, context)).getValue()).toBe('changed');
});

test('are refused for a secret that does not exist', async () => {
  await expect(referTo('team-gone')).rejects.toThrow(SecretNotFoundError);
});

test.each([
  'closed',
  'my-team-a',
  'tea',
  'TEAM-a',
  '',
  'team-a/versions/1',
  'team-a:access',
  'team-a?x',
  'team-/../closed',
  'team-a\u0000',
  'ref:team-a',
  'projects/other/secrets/team-a',
  // of the store itself
  'team-store-1',
])('never lead to what is not open: %j', async (reference) => {
  await expect(referTo(reference)).rejects.toThrow(InvalidReferenceError);
  const forged = { getProviderKey: () => `ref:${reference}` };
  await expect(create().getSecret(forged, context)).rejects.toThrow(InvalidReferenceError);
  expect(fake.requests).toEqual([]);
});

test('are checked again in each call: a name that is no longer open is not read', async () => {
  const id = await referTo('team-a');
  fake.requests.length = 0;
  for (const subject of [create({}), create({ reference_prefix: 'other-' })]) {
    await expect(subject.getSecret(id, context)).rejects.toThrow(InvalidReferenceError);
    await expect(subject.getSecretVersion(id, context)).rejects.toThrow(InvalidReferenceError);
    await expect(subject.secretLastUpdated(id, context)).rejects.toThrow(InvalidReferenceError);
  }
  expect(fake.requests).toEqual([]);
});

test("never change or delete other people's secrets", async () => {
  const id = await referTo('team-a');
  fake.requests.length = 0;
  await expect(create().updateSecret(id, 'forged', context)).rejects.toThrow(InvalidReferenceError);
  await expect(create().deleteSecret(id, context)).rejects.toThrow(InvalidReferenceError);
  expect(fake.requests).toEqual([]);
});

test('are listed a page at a time, and nothing else is', async () => {
  const first = await create().list?.();
  const second = await create().list?.(first?.marker);
  const third = await create().list?.(second?.marker);
  expect([first, second, third].map((page) => page?.names)).toEqual([
    ['team-a', 'team-b'],
    ['team-c', 'team-d', 'team-e'],
    [],
  ]);
  expect(third?.marker).toBeUndefined();
});
