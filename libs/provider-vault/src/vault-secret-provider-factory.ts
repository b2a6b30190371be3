import type { SecretProviderFactory } from '@secret-store/provider-sdk';
import { parseVaultConfiguration } from './configuration/vault-configuration.ts';
import { VaultSecretProvider } from './vault-secret-provider.ts';

/** Secrets in HashiCorp Vault or OpenBao. Sends no request yet: an outage must not prevent a start. */
export class VaultSecretProviderFactory implements SecretProviderFactory {
  create(config: ReadonlyMap<string, string>): VaultSecretProvider {
    return new VaultSecretProvider(parseVaultConfiguration(config));
  }
}
