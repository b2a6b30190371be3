import { InvalidReferenceError, SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeVault } from './testing/fake/fake-vault.ts';
import { putEntry } from './testing/stages/put-entry.ts';
import { freshContext, testProvider } from './testing/test-provider.ts';
import type { VaultSecretProvider } from './vault-secret-provider.ts';

let vault: FakeVault;
const keys = { vault_reference_path: 'secret/team, /secret/shared/ ,kv1/team,team/kv' };
const at = (providerKey: string) => ({ getProviderKey: () => providerKey });

beforeAll(async () => {
  vault = await FakeVault.start();
});

beforeEach(() => vault.reset());

afterAll(async () => vault.close());

test('offers references only if the configuration allows paths for them', () => {
  expect(testProvider(vault, keys).referTo).toBeTypeOf('function');
  expect(testProvider(vault).referTo).toBeUndefined();
});

test.each([
  ['secret/team/database', 'value', 'ref:secret/team/database#value'],
  ['secret/team/database#password', 'password', 'ref:secret/team/database#password'],
  ['secret/shared/a/b c/ü%2F', 'value', 'ref:secret/shared/a/b c/ü%2F#value'],
  ['team/kv/name', 'value', 'ref:team/kv/name#value'],
  ['secret/team/with#hash#value', 'value', 'ref:secret/team/with#hash#value'],
])('refers to %s, and reads it', async (reference, field, key) => {
  const subject = testProvider(vault, keys);
  const context = freshContext();
  const path = reference.replace(/#(value|password)$/, '');
  if (path.startsWith('team/kv')) {
    putEntryBelow('/v1/team/kv/data/name', { [field]: 'kept by others' });
  } else {
    await putEntry({ address: vault.address, rootToken: vault.token }, path, { [field]: 'kept by others' });
  }
  vault.reset();
  const id = await subject.referTo?.(reference, context);
  expect(id?.getProviderKey()).toBe(key);
  expect(vault.requests.filter(({ target }) => target.includes('/data/'))).toEqual([]);
  const secret = await subject.getSecret(at(key), context);
  expect(secret.getValue()).toBe('kept by others');
});

test('gives a referenced value a lifetime, after which it is read again', async () => {
  const subject = testProvider(vault, keys);
  await put('secret/team/database', { value: 'first' });
  const id = at('ref:secret/team/database#value');
  expect((await subject.getSecret(id, freshContext())).getTtl()).toBe(60);
  const before = await subject.getSecretVersion(id, freshContext());
  await put('secret/team/database', { value: 'first' });
  expect(await subject.getSecretVersion(id, freshContext())).not.toBe(before);
  expect(await subject.secretLastUpdated(id, freshContext())).toBeInstanceOf(Date);
});

describe.each([
  ['outside of the paths', 'secret/elsewhere/name'],
  ['at a path that only begins like one', 'secret/teams/name'],
  ['the path itself', 'secret/team'],
  ['among the secrets of the store', 'secret/team/store/name'],
  ['the folder of the secrets of the store', 'secret/team/store'],
  ['out of the path', 'secret/team/../store/name'],
  ['nowhere', 'secret/team/./name'],
  ['to an empty segment', 'secret/team//name'],
  ['to an empty name', 'secret/team/'],
  ['from a slash', '/secret/team/name'],
  ['to a control character', 'secret/team/a\u0007b'],
  ['to half a character', 'secret/team/\ud800'],
  ['to an empty field', 'secret/team/name#'],
  ['to a field with a control character', 'secret/team/name#a\nb'],
  ['too far', `secret/team/${'x'.repeat(1_010)}`],
])('a reference that leads %s', (_what, reference) => {
  const subject = () => testProvider(vault, { ...keys, vault_secret_path: 'secret/team/store' });

  test('is refused before a request is sent', async () => {
    await expect(subject().referTo?.(reference, freshContext())).rejects.toBeInstanceOf(InvalidReferenceError);
    expect(vault.requests).toEqual([]);
  });

  test('is refused as the key of a secret too', async () => {
    if (reference.length > 1_000) return;
    const id = at(`ref:${reference}${reference.includes('#') ? '' : '#value'}`);
    for (const call of [
      () => subject().getSecret(id, freshContext()),
      () => subject().getSecretVersion(id, freshContext()),
      () => subject().secretLastUpdated(id, freshContext()),
    ]) {
      await expect(call()).rejects.toBeInstanceOf(InvalidReferenceError);
    }
    expect(vault.requests).toEqual([]);
  });
});

test('stops reading a reference when its path is no longer allowed', async () => {
  await put('secret/team/database', { value: 'first' });
  const id = at('ref:secret/team/database#value');
  vault.reset();
  await expect(testProvider(vault).getSecret(id, freshContext())).rejects.toBeInstanceOf(InvalidReferenceError);
  expect(vault.requests).toEqual([]);
});

test("never changes or deletes other people's secrets", async () => {
  await put('secret/team/database', { value: 'first' });
  vault.reset();
  const subject = testProvider(vault, keys);
  const id = at('ref:secret/team/database#value');
  await expect(subject.updateSecret(id, 'forged', freshContext())).rejects.toBeInstanceOf(InvalidReferenceError);
  await expect(subject.deleteSecret(id, freshContext())).rejects.toBeInstanceOf(InvalidReferenceError);
  expect(vault.requests).toEqual([]);
});

test('finds nothing for a name or a field that does not exist', async () => {
  const subject = testProvider(vault, keys);
  await put('secret/team/other', { password: 'x' });
  await expect(subject.referTo?.('secret/team/nothing', freshContext())).rejects.toBeInstanceOf(SecretNotFoundError);
  for (const key of [
    'ref:secret/team/other#value',
    'ref:secret/team/other#toString',
    'ref:secret/team/nothing#value',
  ]) {
    await expect(subject.getSecret(at(key), freshContext())).rejects.toBeInstanceOf(SecretNotFoundError);
  }
});

test('says that a deleted secret can be recovered', async () => {
  const subject = testProvider(vault, keys);
  await put('secret/team/gone', { value: 'x' });
  await put('secret/team/gone', null);
  await expect(subject.referTo?.('secret/team/gone', freshContext())).rejects.toMatchObject({
    problem: 'soft-deleted',
  });
  await expect(subject.getSecret(at('ref:secret/team/gone#value'), freshContext())).rejects.toBeInstanceOf(
    SecretNotFoundError,
  );
});

test.each([[8080], [null], [{ nested: 'x' }]])('hands %j to the host as it is, which refuses it', async (value) => {
  await put('secret/team/number', { value });
  const id = at('ref:secret/team/number#value');
  expect((await testProvider(vault, keys).getSecret(id, freshContext())).getValue()).toEqual(value);
});

test('offers no reference to a mount of version 1, and reads nothing there to find out', async () => {
  const subject = testProvider(vault, keys);
  await expect(subject.referTo?.('kv1/team/name', freshContext())).rejects.toMatchObject({ problem: 'wrong-engine' });
  await expect(subject.getSecret(at('ref:kv1/team/name#value'), freshContext())).rejects.toMatchObject({
    problem: 'wrong-engine',
  });
  expect(vault.requestsTo(/^\/v1\/kv1/)).toEqual([]);
});

describe('the list of what may be referred to', () => {
  const below = (paths: string) => ({ vault_reference_path: paths, vault_secret_path: 'secret/list/store' });
  const allOf = async (subject: VaultSecretProvider): Promise<string[]> => {
    const first = await subject.list?.();
    const pages = [first];
    for (let page = first; page?.marker !== undefined; pages.push(page)) page = await subject.list?.(page.marker);
    return pages.flatMap((page) => page?.names ?? []);
  };

  beforeAll(async () => {
    vault.reset();
    for (const path of ['list/a', 'list/a/b', 'list/a-b', 'list/c/d/e', 'list/c/d/f#g', 'list/store/own', 'listed/x'])
      await put(`secret/${path}`, { value: 'kept by others' });
  });

  test('is offered with references only', () => {
    expect(testProvider(vault).list).toBeUndefined();
    expect(testProvider(vault, { ...below('kv1/team') }).list).toBeTypeOf('function');
  });

  test('has every entry below the paths once, in order, and neither own secrets nor anything else', async () => {
    const names = ['a', 'a-b', 'a/b', 'c/d/e', 'c/d/f#g#value'].map((name) => `secret/list/${name}`);
    for (const paths of ['secret/list', 'secret/list/c,secret/list', 'secret/list,secret/list']) {
      const subject = testProvider(vault, below(paths));
      expect(await allOf(subject)).toEqual(names);
      for (const name of names) await expect(subject.referTo?.(name, freshContext())).resolves.toBeDefined();
    }
    expect(await allOf(testProvider(vault, below('secret/list/c/d,secret/listed,secret/empty')))).toEqual([
      ...names.slice(3),
      'secret/listed/x',
    ]);
  });

  test('asks for no value', async () => {
    await allOf(testProvider(vault, below('secret/list')));
    expect(vault.requestsTo(/\/data\//)).toEqual([]);
    expect(vault.requestsTo(/store/)).toEqual([]);
  });

  test('continues after its marker, whatever was removed meanwhile, and leads nowhere else', async () => {
    const subject = testProvider(vault, below('secret/list'));
    for (const [marker, first] of [
      ['secret/list/a', 'secret/list/a-b'],
      ['secret/list/a-gone', 'secret/list/a/b'],
      ['secret/list/b/gone', 'secret/list/c/d/e'],
      ['../../sys', 'secret/list/a'],
    ])
      expect((await subject.list?.(marker))?.names[0]).toBe(first);
    expect(await subject.list?.('secret/list/c/d/f#g')).toEqual({ names: [] });
    expect(await subject.list?.('zzz')).toEqual({ names: [] });
  });

  test('has at most a thousand names on a page', async () => {
    for (let at = 0; at < 1_001; at += 1) putEntryBelow(`/v1/team/kv/data/many/${at}`, { value: 'x' });
    const subject = testProvider(vault, below('team/kv/many'));
    const first = await subject.list?.();
    expect(first?.names).toHaveLength(1_000);
    expect(await subject.list?.(first?.marker)).toEqual({ names: ['team/kv/many/999'] });
  });

  test('names what the token lacks, or that the mount has no metadata', async () => {
    const rules = { 'secret/metadata/*': ['read'], 'secret/data/*': ['read'] } as const;
    const token = vault.tokens.make({ rules, seconds: 600 });
    const subject = testProvider(vault, { ...below('secret/list'), vault_token: token });
    await expect(subject.list?.()).rejects.toMatchObject({ problem: 'not-permitted' });
    await expect(testProvider(vault, below('kv1/team')).list?.()).rejects.toMatchObject({ problem: 'wrong-engine' });
  });
});

const put = async (path: string, fields: Record<string, unknown> | null): Promise<void> => {
  await putEntry({ address: vault.address, rootToken: vault.token }, path, fields);
};

const putEntryBelow = (target: string, fields: Record<string, unknown>): void => {
  const body = JSON.stringify({ data: fields });
  vault.answer({ method: 'POST', target, headers: { 'x-vault-token': vault.token }, body });
};
