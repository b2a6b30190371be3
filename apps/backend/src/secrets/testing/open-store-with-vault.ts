import type { Actor, Algorithm } from '@secret-store/api';
import { createAlgorithm } from '../../algorithms/create-algorithm.ts';
import { startHttpVault, type HttpVault } from './http-vault.ts';
import { httpVaultProvider } from './http-vault-provider.ts';
import { addPlugin, openBackendFixture, type BackendFixture } from './backend-fixture.ts';

export interface StoreWithVault {
  readonly store: BackendFixture;
  readonly vault: HttpVault;
  /** the provider that keeps its secrets in the vault */
  readonly vaultId: string;
  /** an algorithm of ada's under a name of its own */
  addAlgorithm(actor: Actor): Promise<Algorithm>;
  close(): Promise<void>;
}

export const openStoreWithVault = async (): Promise<StoreWithVault> => {
  const store = await openBackendFixture();
  const vault = await startHttpVault();
  const vaultId = await addPlugin(store, httpVaultProvider(vault));
  let algorithms = 0;
  const addAlgorithm = (actor: Actor) =>
    createAlgorithm(store.deps, actor, { owner: 'ada', name: `model-${algorithms++}` });
  const close = async () => {
    await store.close();
    await vault.close();
  };
  return { store, vault, vaultId, addAlgorithm, close };
};
