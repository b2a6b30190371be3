import { type SecretContext, SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeVault } from './testing/fake/fake-vault.ts';
import { freshContext, testProvider } from './testing/test-provider.ts';
import type { VaultSecretProvider } from './vault-secret-provider.ts';

const otherVersion = { data: null, warnings: ['Invalid path for a versioned K/V secrets engine.'] };
let vault: FakeVault;

beforeAll(async () => {
  vault = await FakeVault.start();
});

beforeEach(() => vault.reset());

afterAll(() => vault.close());

describe.each([
  ['KV version 2', 'secret/store'],
  ['KV version 1', 'kv1/store'],
])('%s', (_name, path) => {
  test.each([
    ['a refused token', 403, { errors: ['permission denied'] }, 'not-permitted'],
    ['a sealed server', 503, { errors: ['Vault is sealed'] }, 'sealed'],
    ['a mount that is gone', 404, { errors: ['no handler for route "x". route entry not found.'] }, 'wrong-engine'],
    ['a path of the other version', 404, otherVersion, 'wrong-engine'],
    ['a warning', 404, { errors: [], warnings: ['another path was meant'] }, 'wrong-engine'],
    ["a gateway's own 404", 404, { message: 'no such page' }, 'unexpected-answer'],
    [
      'a mount that is being upgraded',
      400,
      {
        errors: [
          'Upgrading from non-versioned to versioned data. This backend will be unavailable for a brief period and will resume service shortly.',
        ],
      },
      'unavailable',
    ],
    ['an internal error', 500, { errors: ['internal error'] }, 'unavailable'],
    ['an answer that is no KV answer', 200, { data: { other: 'x' } }, 'unexpected-answer'],
  ])('never takes %s for a missing secret', async (_what, status, body, problem) => {
    const subject = provider(path);
    const context = freshContext();
    const id = await subject.createSecret('value', context);
    const fail = () => ({ status, body });
    for (const call of [
      () => subject.getSecret(id, context),
      () => subject.getSecretVersion(id, context),
      () => subject.secretLastUpdated(id, context),
      () => subject.updateSecret(id, 'next', context),
    ]) {
      vault.intercept(fail, fail, fail, fail);
      await expect(call()).rejects.toMatchObject({ problem });
      vault.reset();
      await provider(path).getSecret(id, context);
    }
    if (status !== 200) {
      vault.intercept(fail, fail, fail, fail);
      await expect(subject.deleteSecret(id, context)).rejects.toMatchObject({ problem });
      vault.reset();
    }
    expect((await provider(path).getSecret(id, context)).getValue()).toBe('value');
  });

  test.each([412, 429, 502, 503, 504])('tries again after %i', async (status) => {
    const subject = provider(path);
    const context = freshContext();
    const id = await subject.createSecret('value', context);
    vault.intercept(() => ({ status, body: { errors: ['later'] } }));
    expect((await subject.getSecret(id, context)).getValue()).toBe('value');
  });

  test('creates only once if the answer to the first attempt was lost', async () => {
    const subject = provider(path);
    await expect(subject.getSecret(...unknown(path))).rejects.toThrow(SecretNotFoundError);
    const context = freshContext();
    vault.intercept((request) => {
      vault.answer(request);
      return { status: 502 };
    });
    const id = await subject.createSecret('value', context);
    expect((await subject.getSecret(id, context)).getValue()).toBe('value');
  });

  test('returns the version that the vault holds if the answer to an update was lost', async () => {
    const subject = provider(path);
    const context = freshContext();
    const id = await subject.createSecret('value', context);
    vault.intercept(
      () => 'pass',
      (request) => {
        vault.answer(request);
        return { status: 504 };
      },
    );
    const version = await subject.updateSecret(id, 'next', { ...context, version: 2 });
    expect(await subject.getSecretVersion(id, context)).toBe(version);
    expect((await subject.getSecret(id, context)).getValue()).toBe('next');
  });

  test('refuses the key of another secret', async () => {
    const subject = provider(path);
    const [mine, other] = [freshContext(), freshContext()];
    await subject.createSecret('mine', mine);
    const id = await subject.createSecret('other', other);
    await expect(subject.getSecret(id, mine)).rejects.toThrow(SecretNotFoundError);
    await expect(subject.updateSecret(id, 'forged', mine)).rejects.toThrow(SecretNotFoundError);
    expect(await subject.deleteSecret(id, mine)).toBe(false);
    expect((await subject.getSecret(id, other)).getValue()).toBe('other');
  });

  test('refuses a key that leads to another path of the vault, and says so', async () => {
    const context = freshContext();
    const id = await provider(`${path}/before`).createSecret('value', context);
    vault.reset();
    for (const call of [
      provider(path).getSecret(id, context),
      provider(path).updateSecret(id, 'next', context),
      provider(path).deleteSecret(id, context),
    ]) {
      await expect(call).rejects.toMatchObject({ problem: 'wrong-engine' });
    }
    expect(vault.requests).toEqual([]);
  });

  test('encodes every character that a path segment may contain', async () => {
    const odd = `${path}/a b?c#d%2e&#x2F;é{{x}}`;
    const context = freshContext();
    const id = await provider(odd).createSecret('value', context);
    expect((await provider(odd).getSecret(id, context)).getValue()).toBe('value');
    expect(vault.requests.every(({ target }) => /^[\w/%.~!'()*-]+$/.test(target))).toBe(true);
    await expect(provider(path).getSecret(...unknown(path, context))).rejects.toThrow(SecretNotFoundError);
  });
});

test("never overwrites another writer's version in KV version 2", async () => {
  const subject = provider('secret');
  const context = freshContext();
  const id = await subject.createSecret('first', context);
  await expect(subject.createSecret('second', context)).rejects.toMatchObject({ problem: 'conflict' });
  expect((await subject.getSecret(id, context)).getValue()).toBe('first');
});

test.each(['secret', 'kv1'])('takes no other refusal of a write to %s for a conflict or a success', async (path) => {
  const subject = provider(path);
  const context = freshContext();
  const id = await subject.createSecret('value', context);
  const refuse = () => ({ status: 400, body: { errors: ['error parsing JSON'] } });
  vault.intercept(refuse);
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'unexpected-answer' });
  vault.intercept(() => 'pass', refuse);
  await expect(subject.updateSecret(id, 'next', context)).rejects.toMatchObject({ problem: 'unexpected-answer' });
  expect((await subject.getSecret(id, context)).getValue()).toBe('value');
});

test('counts only the next version as its own, also after a lost answer', async () => {
  const subject = provider('secret');
  const context = freshContext();
  const id = await subject.createSecret('first', context);
  await subject.updateSecret(id, 'second', { ...context, version: 2 });
  vault.intercept(() => ({ status: 504 }));
  await expect(subject.createSecret('third', context)).rejects.toMatchObject({ problem: 'conflict' });
  expect((await subject.getSecret(id, context)).getValue()).toBe('second');
});

test('does not bring back a secret that was deleted during an update', async () => {
  const subject = provider('secret');
  const context = freshContext();
  const id = await subject.createSecret('value', context);
  vault.intercept((request) => {
    const metadata = vault.answer(request);
    vault.answer({ ...request, method: 'DELETE' });
    return metadata;
  });
  await expect(subject.updateSecret(id, 'next', context)).rejects.toMatchObject({ problem: 'conflict' });
  await expect(subject.getSecret(id, context)).rejects.toThrow(SecretNotFoundError);
});

test('reports a version that was deleted on the server as recoverable, replaces it, and removes the rest', async () => {
  const subject = provider('secret');
  const context = freshContext();
  const id = await subject.createSecret('value', context);
  vault.answer({
    method: 'DELETE',
    target: `/v1/secret/data/${context.secretId}`,
    headers: { 'x-vault-token': vault.token },
    body: '',
  });
  await expect(subject.getSecret(id, context)).rejects.toThrow(SecretNotFoundError);
  for (const call of [() => subject.getSecretVersion(id, context), () => subject.secretLastUpdated(id, context)]) {
    await expect(call()).rejects.toMatchObject({ problem: 'soft-deleted' });
  }
  await subject.updateSecret(id, 'next', context);
  expect((await subject.getSecret(id, context)).getValue()).toBe('next');
  expect(await subject.deleteSecret(id, context)).toBe(true);
  expect(await subject.deleteSecret(id, context)).toBe(false);
});

test.each([
  ['deleted at a time to come', { deletion_time: '2999-01-01T00:00:00.000000001Z', destroyed: false }, undefined],
  ['deleted', { deletion_time: '2020-01-01T00:00:00.000000001Z', destroyed: false }, { problem: 'soft-deleted' }],
  ['destroyed', { deletion_time: '', destroyed: true }, { code: 'SECRET_NOT_FOUND' }],
])('knows whether a version that is %s is there', async (_what, state, refusal) => {
  const subject = provider('secret');
  const context = freshContext();
  const id = await subject.createSecret('value', context);
  const versions = { 7: { created_time: '2026-01-01T00:00:00.000000001Z', ...state } };
  vault.intercept(() => ({ status: 200, body: { data: { current_version: 7, versions } } }));
  const version = subject.getSecretVersion(id, context);
  if (refusal) await expect(version).rejects.toMatchObject(refusal);
  else expect(await version).toBe('7@2026-01-01T00:00:00.000000001Z');
});

test('receives a value only in the answer to getSecret in KV version 2', async () => {
  const subject = provider('secret');
  const context = freshContext();
  const id = await subject.createSecret('value', context);
  vault.reset();
  await subject.getSecretVersion(id, context);
  await subject.secretLastUpdated(id, context);
  await subject.updateSecret(id, 'next', { ...context, version: 2 });
  await subject.deleteSecret(id, context);
  expect(vault.requests.length).toBeGreaterThan(4);
  expect(vault.requests.filter(({ method, target }) => method === 'GET' && target.includes('/data/'))).toEqual([]);
});

test.each([
  ['secret', 'secret/data'],
  ['secret/a', 'secret/data/a'],
  ['team/kv', 'team/kv/data'],
  ['team/kv/a/b', 'team/kv/data/a/b'],
  ['plain/a', 'plain/a'],
  ['old', 'old'],
])('stores what belongs to %s below %s', async (path, folder) => {
  const subject = provider(path);
  const context = freshContext();
  const id = await subject.createSecret('value', context);
  expect(vault.requests.at(-1)?.target).toBe(`/v1/${folder}/${context.secretId}`);
  expect((await subject.getSecret(id, context)).getValue()).toBe('value');
});

test('asks for the mount once, and again when it has changed', async () => {
  const subject = provider('secret');
  await subject.createSecret('value', freshContext());
  await subject.createSecret('value', freshContext());
  const asked = () => vault.requests.filter(({ target }) => target.includes('/sys/internal/ui/mounts/')).length;
  expect(asked()).toBe(1);
  vault.intercept(() => ({ status: 404, body: otherVersion }));
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'wrong-engine' });
  await subject.createSecret('value', freshContext());
  expect(asked()).toBe(2);
});

test('asks for the mount again after an outage', async () => {
  const subject = provider('secret');
  const fail = () => ({ status: 500 });
  vault.intercept(fail, fail, fail, fail);
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'unavailable' });
  await subject.createSecret('value', freshContext());
});

test.each([
  ['a mount of another kind', 'cubbyhole/x', 'wrong-engine'],
  ['a path in no mount', 'nowhere/x', 'not-permitted'],
])('says clearly that it was given %s', async (_what, path, problem) => {
  await expect(provider(path).createSecret('value', freshContext())).rejects.toMatchObject({ problem });
});

test.each(['..', '.', '', 'a/b', '../../sys/seal'])('makes no path of the secret id %j', (secretId) => {
  expect(() => provider('secret').identifierFor({ ...freshContext(), secretId })).toThrow(TypeError);
});

const provider = (path: string): VaultSecretProvider => testProvider(vault, { vault_secret_path: path });

const unknown = (path: string, context = freshContext()): [{ getProviderKey(): string }, SecretContext] => [
  { getProviderKey: () => `${path}/${context.secretId}` },
  context,
];
