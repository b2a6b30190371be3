import { internalProviderId } from '@secret-store/provider-internal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Dependencies } from '../dependencies.ts';
import { openTestLedger, type TestLedger } from '../ledger/testing/open-test-ledger.ts';
import { makeDefault } from '../providers/make-default.ts';
import { admin, openBackendFixture, addPlugin, type BackendFixture } from '../secrets/testing/backend-fixture.ts';
import { httpVaultProvider } from '../secrets/testing/http-vault-provider.ts';
import { type HttpVault, startHttpVault } from '../secrets/testing/http-vault.ts';
import { defaultProvider } from './default-provider.ts';

let store: BackendFixture;
let vault: HttpVault;
let vaultId: string;
let other: TestLedger;
let otherDeps: Dependencies;

beforeAll(async () => {
  store = await openBackendFixture();
  vault = await startHttpVault();
  vaultId = await addPlugin(store, httpVaultProvider(vault));
  await store.deps.ledger.flush();
  other = await openTestLedger(store.deps);
  otherDeps = { ...store.deps, ledger: other.ledger };
});
afterAll(async () => {
  await other.close();
  await store.close();
  await vault.close();
});

it('is the one that another backend has just made it', async () => {
  expect((await defaultProvider(otherDeps)).stored.id).toBe(internalProviderId);
  await makeDefault(store.deps, admin, vaultId);
  expect((await defaultProvider(otherDeps)).stored.id).toBe(vaultId);
  await makeDefault(otherDeps, admin, internalProviderId);
  await makeDefault(store.deps, admin, vaultId);
  expect((await defaultProvider(otherDeps)).stored.id).toBe(vaultId);
  expect(await store.deps.db.prisma.provider.count({ where: { isDefault: true } })).toBe(1);
});
