import { InvalidReferenceError, SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeKubernetes } from './testing/fake-kubernetes.ts';
import { freshContext, providerFor } from './testing/provider-for.ts';

let cluster: FakeKubernetes;

beforeAll(async () => {
  cluster = await FakeKubernetes.start();
});

beforeEach(() => {
  cluster.reset();
  put('team-mail', { password: 'of the mail' });
  put('single', { user: 'name', password: 'of the single' });
  put('closed', { password: 'of the closed' });
});

afterAll(() => cluster.close());

const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64');

const put = (name: string, data: Record<string, string | Uint8Array>, more = {}): void => {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, bytes]) => [key, base64(bytes)]));
  cluster.secrets.put(name, { data: encoded, ...more });
};

const open = { reference_names: 'team-*, single, gone' };

const referred = async (reference: string, keys: Record<string, string> = open) => {
  const provider = providerFor(cluster, keys);
  const context = freshContext();
  const id = await provider.referTo?.(reference, context);
  if (!id) throw new Error('no identifier');
  return { provider, context, id };
};

test('are offered only if the configuration allows names for them', () => {
  const { referTo, list } = providerFor(cluster);
  expect({ referTo, list }).toEqual({ referTo: undefined, list: undefined });
});

test.each([
  ['team-mail', 'of the mail'],
  ['team-mail/password', 'of the mail'],
  ['single/password', 'of the single'],
])('%s leads to its value', async (reference, value) => {
  const { provider, context, id } = await referred(reference);
  expect(id.getProviderKey()).toBe(`ref:vault/${reference}`);
  expect((await provider.getSecret(id, context)).getValue()).toBe(value);
  expect(await provider.getSecretVersion(id, context)).not.toContain(value);
});

test('are refused where a name alone does not say which of several keys', async () => {
  const { provider, context, id } = await referred('single');
  await expect(provider.getSecret(id, context)).rejects.toThrow(InvalidReferenceError);
});

test.each(['single/missing', 'single/constructor', 'single/__proto__'])(
  'lead nowhere without the key: %s',
  async (text) => {
    const { provider, context, id } = await referred(text);
    await expect(provider.getSecret(id, context)).rejects.toThrow(SecretNotFoundError);
  },
);

test('are refused for a Secret that does not exist', async () => {
  await expect(referred('gone')).rejects.toThrow(SecretNotFoundError);
});

test.each([
  ['closed', open],
  ['tea', open],
  ['singles', open],
  ['', open],
  ['*', open],
  ['team-*', open],
  ['Team-mail', open],
  ['team-mail/', open],
  ['team-mail/a/b', open],
  ['team-mail/a b', open],
  ['team-mail?x', open],
  ['team-a,metadata.name=closed', open],
  ['team-../closed', open],
  ['../secrets/closed', { reference_names: '*' }],
  ['a\u0000b', { reference_names: '*' }],
  ['-a', { reference_names: '*' }],
])('never lead to what is not open: %j', async (reference, keys) => {
  await expect(referred(reference, keys)).rejects.toThrow(InvalidReferenceError);
  expect(cluster.requests).toEqual([]);
});

describe('where all names are open, never lead to', () => {
  const everything = { reference_names: '*' };

  test('a secret of a store, under whatever prefix', async () => {
    const other = providerFor(cluster, { secret_name_prefix: 'another-store' });
    const context = freshContext();
    const name = (await other.createSecret('value', context)).getProviderKey().replace('vault/', '');
    await expect(referred(name, everything)).rejects.toThrow(SecretNotFoundError);
    expect((await providerFor(cluster, everything).list?.())?.names).not.toContain(name);
    const forged = { getProviderKey: () => `ref:vault/${name}` };
    await expect(providerFor(cluster, everything).getSecret(forged, context)).rejects.toThrow(InvalidReferenceError);
  });

  test('the token of a service account', async () => {
    const type = 'kubernetes.io/service-account-token';
    put('account', { token: 'value' }, { type, annotations: { 'kubernetes.io/service-account.name': 'store' } });
    await expect(referred('account', everything)).rejects.toThrow(SecretNotFoundError);
    expect((await providerFor(cluster, everything).list?.())?.names).toEqual(['closed', 'single', 'team-mail']);
    const forged = { getProviderKey: () => 'ref:vault/account/token' };
    await expect(providerFor(cluster, everything).getSecret(forged, freshContext())).rejects.toThrow(
      InvalidReferenceError,
    );
  });
});

test('are checked again in each call: a name that is no longer allowed is not read', async () => {
  const { context, id } = await referred('team-mail');
  cluster.requests.length = 0;
  const others = [{}, { reference_names: 'single' }, { ...open, namespace: 'other' }];
  for (const provider of others.map((keys) => providerFor(cluster, keys))) {
    await expect(provider.getSecret(id, context)).rejects.toThrow(InvalidReferenceError);
    await expect(provider.getSecretVersion(id, context)).rejects.toThrow(InvalidReferenceError);
    await expect(provider.secretLastUpdated(id, context)).rejects.toThrow(InvalidReferenceError);
  }
  expect(cluster.requests).toEqual([]);
});

test("never change or delete other people's secrets", async () => {
  const { provider, context, id } = await referred('team-mail');
  cluster.requests.length = 0;
  await expect(provider.updateSecret(id, 'forged', context)).rejects.toThrow(InvalidReferenceError);
  await expect(provider.deleteSecret(id, context)).rejects.toThrow(InvalidReferenceError);
  expect(cluster.requests).toEqual([]);
});

test('are listed a page at a time, and each that is listed can be referred to', async () => {
  for (let number = 0; number < 1_500; number += 1)
    put(`team-${String(number).padStart(4, '0')}`, { password: 'value' });
  const provider = providerFor(cluster, open);
  const first = await provider.list?.();
  expect(first?.marker).toBeDefined();
  const second = await provider.list?.(first?.marker);
  expect(second?.marker).toBeUndefined();
  const names = [...(first?.names ?? []), ...(second?.names ?? [])];
  expect(names).toHaveLength(1_502);
  await provider.referTo?.(names.at(-1) ?? '', freshContext());
  expect(names).not.toContain('closed');
});

test('give U+0000 as it is, and what is not UTF-8 as no Unicode, for the host to refuse', async () => {
  put('team-binary', { zero: 'a\u0000b', bytes: new Uint8Array([0x61, 0xff]) });
  const zero = await referred('team-binary/zero');
  expect((await zero.provider.getSecret(zero.id, zero.context)).getValue()).toBe('a\u0000b');
  const bytes = await referred('team-binary/bytes');
  expect((await bytes.provider.getSecret(bytes.id, bytes.context)).getValue().isWellFormed()).toBe(false);
});

test('lead to a small key beside large ones', async () => {
  put('team-large', { small: 'value', large: new Uint8Array(1_000_000) });
  const { provider, context, id } = await referred('team-large/small');
  expect((await provider.getSecret(id, context)).getValue()).toBe('value');
});
