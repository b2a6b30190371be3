import { startHttpVault, type HttpVault } from './http-vault.ts';
import { httpVaultProvider } from './http-vault-provider.ts';
import { addPlugin, openBackendFixture, type BackendFixture } from './backend-fixture.ts';

export interface StoreWithVault {
  readonly store: BackendFixture;
  readonly vault: HttpVault;
  /** the provider that keeps its secrets in the vault */
  readonly vaultId: string;
  close(): Promise<void>;
}

export const openStoreWithVault = async (): Promise<StoreWithVault> => {
  const store = await openBackendFixture();
  const vault = await startHttpVault();
  const vaultId = await addPlugin(store, httpVaultProvider(vault));
  const close = async () => {
    await store.close();
    await vault.close();
  };
  return { store, vault, vaultId, close };
};
