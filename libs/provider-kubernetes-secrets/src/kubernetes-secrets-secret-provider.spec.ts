import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeKubernetes } from './testing/fake-kubernetes.ts';
import { freshContext, providerFor } from './testing/provider-for.ts';

let cluster: FakeKubernetes;

beforeAll(async () => {
  cluster = await FakeKubernetes.start();
});

beforeEach(() => cluster.reset());

afterAll(() => cluster.close());

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const stored = async (value = 'value', keys: Record<string, string> = {}) => {
  const provider = providerFor(cluster, keys);
  const context = freshContext();
  const id = await provider.createSecret(value, context);
  const name = id.getProviderKey().replace('vault/', '');
  return { provider, context, id, name };
};

test('stores one Secret that says who made it, for what', async () => {
  const { context, name } = await stored();
  expect(name).toBe(`secret-store-${context.secretId}`);
  expect(cluster.secrets.get(name)).toMatchObject({
    type: 'Opaque',
    data: { value: base64('value') },
    labels: { 'app.kubernetes.io/managed-by': 'secret-store' },
    annotations: {
      'secret-store/secret-id': context.secretId,
      'secret-store/algorithm-id': context.algorithmId,
      'secret-store/environment-variable': 'PASSWORD',
    },
  });
});

test('the backend needs no right to read, and is sent no value', async () => {
  cluster.rights = new Set(['create', 'patch', 'delete', 'list']);
  cluster.secrets.put('team-a', { data: { value: base64('of-the-team') } });
  const { provider, context, id } = await stored('first-value', { reference_names: 'team-*' });
  await provider.updateSecret(id, 'second-value', context);
  await provider.referTo?.('team-a', context);
  expect(await provider.list?.()).toEqual({ names: ['team-a'] });
  await provider.deleteSecret(id, context);
  const answers = JSON.stringify(cluster.answers);
  for (const value of ['first-value', 'second-value', 'of-the-team']) expect(answers).not.toContain(base64(value));
});

test('a worker needs only the right to get', async () => {
  const { provider, context, id } = await stored();
  cluster.rights = new Set(['get']);
  expect((await provider.getSecret(id, context)).getValue()).toBe('value');
  await provider.getSecretVersion(id, context);
  await provider.secretLastUpdated(id, context);
  expect(cluster.answers.slice(-2).every((answer) => !JSON.stringify(answer).includes(base64('value')))).toBe(true);
});

describe("a Secret that is not this secret's is not read, changed or deleted", () => {
  test.each(['secret-store/secret-id', 'secret-store/algorithm-id', 'secret-store/environment-variable'])(
    'one with another %s',
    async (annotation) => {
      const { provider, context, id, name } = await stored();
      const annotations = { ...cluster.secrets.get(name)?.annotations, [annotation]: 'another' };
      cluster.secrets.edit(name, { annotations });
      for (const refused of await refusals(provider, id, context))
        expect(refused).toMatchObject({ problem: 'conflict' });
      expect(cluster.secrets.get(name)?.data).toEqual({ value: base64('value') });
    },
  );

  test('one that somebody else has put under its name', async () => {
    const provider = providerFor(cluster);
    const context = freshContext();
    const id = provider.identifierFor(context);
    const { name } = cluster.secrets.put(`secret-store-${context.secretId}`, { data: { value: base64('theirs') } });
    await expect(provider.createSecret('value', context)).rejects.toMatchObject({ problem: 'conflict' });
    for (const refused of await refusals(provider, id, context)) expect(refused).toMatchObject({ problem: 'conflict' });
    expect(cluster.secrets.get(name)?.data).toEqual({ value: base64('theirs') });
  });

  test('one that replaced it between the look and the deletion', async () => {
    const { provider, context, id, name } = await stored();
    const replace = () => void cluster.secrets.put(name, { data: { value: base64('theirs') } });
    cluster.intercept(() => undefined, replace);
    await expect(provider.deleteSecret(id, context)).rejects.toMatchObject({ problem: 'conflict' });
    expect(cluster.secrets.get(name)).toBeDefined();
  });

  test('that of another secret, by its key', async () => {
    const { provider, id } = await stored();
    await expect(provider.getSecret(id, freshContext())).rejects.toThrow(SecretNotFoundError);
    expect(cluster.requests).toHaveLength(1);
  });
});

const refusals = (
  provider: ReturnType<typeof providerFor>,
  id: { getProviderKey(): string },
  context: ReturnType<typeof freshContext>,
): Promise<unknown[]> => {
  const refusal = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);
  return Promise.all([
    refusal(provider.getSecret(id, context)),
    refusal(provider.getSecretVersion(id, context)),
    refusal(provider.secretLastUpdated(id, context)),
    refusal(provider.updateSecret(id, 'forged', context)),
    refusal(provider.deleteSecret(id, context)),
  ]);
};

test.each([
  ['another namespace', { namespace: 'other' }],
  ['another prefix', { secret_name_prefix: 'other' }],
])('a secret that was stored in %s is refused, and not reported as lost', async (_what, keys) => {
  const { id, context } = await stored();
  await expect(providerFor(cluster, keys).getSecret(id, context)).rejects.toMatchObject({ problem: 'wrong-engine' });
});

test('an immutable Secret keeps its value, and that is said', async () => {
  const { provider, context, id, name } = await stored();
  cluster.secrets.edit(name, { immutable: true });
  await expect(provider.updateSecret(id, 'next', context)).rejects.toMatchObject({ problem: 'not-permitted' });
  expect(await provider.deleteSecret(id, context)).toBe(true);
});

test('a Secret that finalizers keep is gone once its deletion was requested', async () => {
  const { provider, context, id, name } = await stored();
  cluster.secrets.edit(name, { finalizers: ['example.com/keep'] });
  expect(await provider.deleteSecret(id, context)).toBe(true);
  expect(cluster.secrets.get(name)?.deletionTimestamp).toBeDefined();
  expect(await provider.deleteSecret(id, context)).toBe(false);
  await expect(provider.getSecret(id, context)).rejects.toThrow(SecretNotFoundError);
  await expect(provider.getSecretVersion(id, context)).rejects.toThrow(SecretNotFoundError);
  await expect(provider.updateSecret(id, 'next', context)).rejects.toThrow(SecretNotFoundError);
});

test('a value that somebody took away can be saved again', async () => {
  const { provider, context, id, name } = await stored();
  cluster.secrets.edit(name, { data: {} });
  await expect(provider.getSecret(id, context)).rejects.toThrow(SecretNotFoundError);
  await provider.updateSecret(id, 'again', context);
  expect((await provider.getSecret(id, context)).getValue()).toBe('again');
});

test('the version changes when somebody changes the value, and the time does too', async () => {
  const { provider, context, id, name } = await stored();
  const [version, time] = [await provider.getSecretVersion(id, context), await provider.secretLastUpdated(id, context)];
  cluster.secrets.edit(name, { data: { value: base64('by hand') } }, { time: '2099-01-01T00:00:00Z' });
  expect(await provider.getSecretVersion(id, context)).not.toBe(version);
  expect(await provider.secretLastUpdated(id, context)).toEqual(new Date('2099-01-01T00:00:00Z'));
  expect(await provider.secretLastUpdated(id, context)).not.toEqual(time);
});

test('a label that somebody adds does not move the time', async () => {
  const { provider, context, id, name } = await stored();
  const time = await provider.secretLastUpdated(id, context);
  cluster.secrets.edit(name, { labels: { team: 'a' } }, { time: '2099-01-01T00:00:00Z' });
  expect(await provider.secretLastUpdated(id, context)).toEqual(time);
});

test('a version never comes back, even when the cluster counts from the start after a restore', async () => {
  const { provider, context, id, name } = await stored();
  const backup = cluster.secrets.get(name);
  if (!backup) throw new Error('it was stored');
  const lost = await provider.updateSecret(id, 'lost in the restore', context);
  cluster.secrets.restore(backup);
  const next = await provider.updateSecret(id, 'next', context);
  expect(cluster.secrets.get(name)?.resourceVersion).toBe(lost.split('.')[1]);
  expect(next).not.toBe(lost);
});

test.each([['Upper'], ['a/b'], ['..'], ['-a'], ['a'.repeat(129)]])(
  'no name is made of the secret id %j',
  (secretId) => {
    expect(() => providerFor(cluster).identifierFor({ ...freshContext(), secretId })).toThrow(TypeError);
  },
);
