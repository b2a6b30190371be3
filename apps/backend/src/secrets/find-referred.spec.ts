import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Algorithm } from '@secret-store/api';
import { InvalidReferenceError, SecretNotFoundError } from '@secret-store/provider-sdk';
import { verifySet, type SetEntry } from '@secret-store/sealing';
import type { HttpVault } from './testing/http-vault.ts';
import { httpVaultProvider } from './testing/http-vault-provider.ts';
import { openStoreWithVault, type StoreWithVault } from './testing/open-store-with-vault.ts';
import { secretRequest } from './testing/secret-request.ts';
import { ada, addPlugin, type BackendFixture } from './testing/backend-fixture.ts';
import { createSecret } from './create-secret.ts';
import { listSecrets } from './list-secrets.ts';
import { removeAlgorithm } from '../algorithms/remove-algorithm.ts';
import { removeSecret } from './removing/remove-secret.ts';
import { updateSecret } from './update-secret.ts';

let opened: StoreWithVault;
let store: BackendFixture;
let vault: HttpVault;
let providerId: string;
let algorithm: Algorithm;
const asked: string[] = [];

beforeAll(async () => {
  opened = await openStoreWithVault();
  ({ store, vault } = opened);
  const provider = httpVaultProvider(vault);
  providerId = await addPlugin(store, {
    ...provider,
    updateSecret: async () => Promise.reject(new Error('the vault of others was asked to change')),
    deleteSecret: async () => Promise.reject(new Error('the vault of others was asked to delete')),
    referTo: async (reference) => {
      asked.push(reference);
      if (reference.startsWith('/')) throw new InvalidReferenceError('no path');
      if (!vault.held.has(reference)) throw new SecretNotFoundError();
      return { getProviderKey: () => `ref:${reference}` };
    },
  });
  vault.held.set('team/database', { value: 'kept by others', version: 1 });
  vault.held.set('team/other', { value: 'kept by others', version: 1 });
});
afterAll(() => opened.close());
beforeEach(async () => {
  algorithm = await opened.addAlgorithm(ada);
});

const refer = (variable: string, reference: string, others = {}) =>
  createSecret(store.deps, ada, algorithm.id, {
    ...secretRequest(algorithm.id, variable, 'unused', { provider_id: providerId, ...others }),
    secret_value: undefined,
    secret_reference: reference,
  });
const signedEntry = async (secretId: string): Promise<SetEntry | undefined> => {
  const row = await store.deps.db.prisma.signedSet.findFirstOrThrow({
    where: { algorithmId: algorithm.id },
    orderBy: { number: 'desc' },
  });
  return verifySet(row.envelope, store.deps.keys.verificationKey).secrets.find((entry) => entry.secretId === secretId);
};

it('points at a secret that is there, says so in the signed set, and writes nothing to the vault', async () => {
  const before = new Map(vault.held);
  const { id } = await refer('DATABASE', 'team/database');
  expect(await signedEntry(id)).toMatchObject({ providerKey: 'ref:team/database', reference: true, version: 1 });
  expect(await store.deps.ledger.read('secret', id)).toMatchObject({ reference: 'team/database' });
  expect(vault.held).toEqual(before);
  expect(await store.deps.db.prisma.writeIntent.count()).toBe(0);
});

it('is checked when it is saved: 8001 for one that leads nowhere or may not be used, and nothing is stored', async () => {
  for (const reference of ['team/missing', '/etc/passwd']) {
    await expect(refer('DATABASE', reference)).rejects.toMatchObject({ code: 8001, field: 'secret_reference' });
  }
  expect((await listSecrets(store.deps, ada, algorithm.id)).results).toEqual([]);
});

it('8003 where the provider takes none', async () => {
  await expect(refer('DATABASE', 'team/database', { provider_id: opened.vaultId })).rejects.toMatchObject({
    code: 8003,
  });
});

it('is pointed elsewhere as a new version; a value for it is 8014, a reference for a value 8001', async () => {
  const { id } = await refer('DATABASE', 'team/database');
  const change = { short_name: 'Name', description: '' };
  await updateSecret(store.deps, ada, algorithm.id, id, { ...change, secret_reference: 'team/other' });
  expect(await signedEntry(id)).toMatchObject({ providerKey: 'ref:team/other', reference: true, version: 2 });
  await expect(updateSecret(store.deps, ada, algorithm.id, id, { ...change, secret_value: 'v' })).rejects.toMatchObject(
    { code: 8014 },
  );
  await expect(
    updateSecret(store.deps, ada, algorithm.id, id, { ...change, secret_reference: 'team/missing' }),
  ).rejects.toMatchObject({ code: 8001 });
  expect(await signedEntry(id)).toMatchObject({ providerKey: 'ref:team/other', version: 2 });
  const own = await createSecret(
    store.deps,
    ada,
    algorithm.id,
    secretRequest(algorithm.id, 'OWN', 'v', { provider_id: opened.vaultId }),
  );
  await expect(
    updateSecret(store.deps, ada, algorithm.id, own.id, {
      short_name: 'Own',
      description: '',
      secret_reference: 'team/other',
    }),
  ).rejects.toMatchObject({ code: 8001 });
  await removeSecret(store.deps, ada, algorithm.id, own.id);
});

it('leaves the secret in the vault when it is removed, also together with its algorithm, and when its row was made to look ours', async () => {
  const first = await refer('DATABASE', 'team/database');
  await removeSecret(store.deps, ada, algorithm.id, first.id);
  const second = await refer('DATABASE', 'team/database');
  await store.deps.db.prisma.secret.update({ where: { id: second.id }, data: { reference: null } });
  await removeAlgorithm(store.deps, ada, algorithm.id);
  expect(vault.held.get('team/database')).toEqual({ value: 'kept by others', version: 1 });
  expect(await store.deps.db.prisma.secret.count({ where: { id: { in: [first.id, second.id] } } })).toBe(0);
});
