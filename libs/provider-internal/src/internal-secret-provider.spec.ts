import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { type SecretContext, SecretNotFoundError } from '@secret-store/provider-sdk';
import { describeSecretProvider } from '@secret-store/provider-sdk/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  InternalSecretProvider,
  type InternalSecretProviderOptions,
  type Opener,
  type Sealer,
  type SealedValueStore,
} from './internal-secret-provider.ts';

describeSecretProvider('the internal provider', async () => sides(new MemoryStore()));

let store: MemoryStore;
let backend: InternalSecretProvider<Sealed>;
let worker: InternalSecretProvider<Sealed>;

beforeEach(() => {
  store = new MemoryStore();
  ({ backend, worker } = sides(store));
});

test('opens nothing without an opener', async () => {
  const context = freshContext();
  const id = await backend.createSecret('value', context);
  await expect(backend.getSecret(id, context)).rejects.toThrow('has no opener');
});

test('writes nothing without a sealer', async () => {
  const context = freshContext();
  await expect(worker.createSecret('value', context)).rejects.toThrow('has no sealer');
  expect(store.rows).toEqual([]);
  const id = await backend.createSecret('value', context);
  await expect(worker.updateSecret(id, 'next', { ...context, version: 2 })).rejects.toThrow('has no sealer');
  expect(store.rows).toHaveLength(1);
  expect([worker.allowsCreate(), worker.allowsUpdate()]).toEqual([false, false]);
});

describe.each([
  ['no context', () => undefined],
  ['no secret id', () => ({ ...freshContext(), secretId: undefined })],
  ['an empty secret id', () => ({ ...freshContext(), secretId: '' })],
  ['no algorithm', () => ({ ...freshContext(), algorithmId: undefined })],
  ['no variable', () => ({ ...freshContext(), environmentVariable: '' })],
  ['no version', () => ({ ...freshContext(), version: undefined })],
  ['version 0', () => ({ ...freshContext(), version: 0 })],
  ['a fraction for a version', () => ({ ...freshContext(), version: 1.5 })],
])('with %s', (_what, make) => {
  test('refuses every call and stores nothing', async () => {
    const sound = freshContext();
    const id = await backend.createSecret('value', sound);
    // A host in plain JavaScript can omit what the types require.
    const context = make() as SecretContext;
    for (const call of [
      () => backend.createSecret('value', context),
      () => backend.updateSecret(id, 'next', context),
      () => backend.deleteSecret(id, context),
      () => worker.getSecret(id, context),
      () => worker.getSecretVersion(id, context),
      () => worker.secretLastUpdated(id, context),
    ]) {
      await expect(call()).rejects.toThrow('needs the full context');
    }
    expect(() => backend.identifierFor(context)).toThrow('needs the full context');
    expect(store.rows).toHaveLength(1);
    expect((await worker.getSecret(id, sound)).getValue()).toBe('value');
  });
});

test('finds nothing under the key of another secret', async () => {
  const [mine, other] = [freshContext(), freshContext()];
  await backend.createSecret('mine', mine);
  const id = await backend.createSecret('other', other);
  await expect(worker.getSecret(id, mine)).rejects.toThrow(SecretNotFoundError);
  await expect(worker.getSecretVersion(id, mine)).rejects.toThrow(SecretNotFoundError);
  await expect(backend.updateSecret(id, 'forged', { ...mine, version: 2 })).rejects.toThrow(SecretNotFoundError);
  expect(await backend.deleteSecret(id, mine)).toBe(false);
  expect((await worker.getSecret(id, other)).getValue()).toBe('other');
});

test('opens a value only in the context in which it was sealed', async () => {
  const context = freshContext();
  const id = await backend.createSecret('value', context);
  for (const moved of [{ algorithmId: randomUUID() }, { environmentVariable: 'OTHER' }]) {
    await expect(worker.getSecret(id, { ...context, ...moved })).rejects.not.toThrow(SecretNotFoundError);
  }
});

test('opens the version that the context names, not simply the newest', async () => {
  const context = freshContext();
  const id = await backend.createSecret('first', context);
  await backend.updateSecret(id, 'second', { ...context, version: 2 });
  expect((await worker.getSecret(id, context)).getValue()).toBe('first');
  expect((await worker.getSecret(id, { ...context, version: 2 })).getValue()).toBe('second');
  await expect(worker.getSecret(id, { ...context, version: 3 })).rejects.toThrow(SecretNotFoundError);
});

test('never overwrites an existing version', async () => {
  const context = freshContext();
  const id = await backend.createSecret('first', context);
  await backend.updateSecret(id, 'third', { ...context, version: 3 });
  for (const version of [1, 2, 3]) {
    await expect(backend.updateSecret(id, 'old', { ...context, version })).rejects.toThrow('not above version 3');
  }
  expect(store.rows).toHaveLength(2);
});

test('reports a failing store as an outage, never as a missing secret', async () => {
  const outage = new Error('connection lost');
  const fail = () => Promise.reject(outage);
  const { backend, worker } = sides({ insert: fail, find: fail, latest: fail, latestVersion: fail, remove: fail });
  const context = freshContext();
  const id = backend.identifierFor(context);
  for (const call of [
    backend.createSecret('value', context),
    backend.updateSecret(id, 'value', context),
    backend.deleteSecret(id, context),
    worker.getSecret(id, context),
    worker.getSecretVersion(id, context),
    worker.secretLastUpdated(id, context),
  ]) {
    await expect(call).rejects.toBe(outage);
  }
});

interface Sealed {
  iv: Buffer;
  tag: Buffer;
  ciphertext: Buffer;
}

/** Stands in for the real sealing, which this library does not know: AES-GCM with the context as associated data. */
function sides(store: SealedValueStore<Sealed>) {
  const key = randomBytes(32);
  const sealer: Sealer<Sealed> = {
    async seal(value, context) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bindingOf(context));
      const ciphertext = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
      return { iv, tag: cipher.getAuthTag(), ciphertext };
    },
  };
  const opener: Opener<Sealed> = {
    async open({ iv, tag, ciphertext }, context) {
      const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(bindingOf(context)).setAuthTag(tag);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    },
  };
  const common: InternalSecretProviderOptions<Sealed> = { store, versionOf: ({ tag }) => tag.toString('hex') };
  return {
    backend: new InternalSecretProvider({ ...common, sealer }),
    worker: new InternalSecretProvider({ ...common, opener }),
  };
}

function bindingOf(context: SecretContext): Buffer {
  const { secretId, algorithmId, environmentVariable, version } = context;
  return Buffer.from(JSON.stringify([secretId, algorithmId, environmentVariable, version]));
}

class MemoryStore implements SealedValueStore<Sealed> {
  rows: { providerKey: string; version: number; sealed: Sealed; createdAt: Date }[] = [];

  async insert(row: { providerKey: string; version: number; sealed: Sealed }): Promise<void> {
    if (await this.find(row.providerKey, row.version)) throw new Error('unique constraint');
    this.rows.push({ ...row, createdAt: new Date() });
  }

  async find(providerKey: string, version: number): Promise<Sealed | null> {
    return this.rows.find((row) => row.providerKey === providerKey && row.version === version)?.sealed ?? null;
  }

  async latestVersion(providerKey: string) {
    return (await this.latest(providerKey))?.version ?? null;
  }

  async latest(providerKey: string) {
    const versions = this.rows.filter((row) => row.providerKey === providerKey);
    return versions.sort((first, second) => first.version - second.version).at(-1) ?? null;
  }

  async remove(providerKey: string): Promise<boolean> {
    const before = this.rows.length;
    this.rows = this.rows.filter((row) => row.providerKey !== providerKey);
    return this.rows.length < before;
  }
}

function freshContext(): SecretContext {
  return { secretId: randomUUID(), algorithmId: randomUUID(), environmentVariable: 'NAME', version: 1 };
}
