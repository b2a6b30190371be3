import type { SecretProviderFactory } from '@secret-store/provider-sdk';
import { parseAzureConfiguration } from './configuration/azure-configuration.ts';
import { AzureKeyVaultSecretProvider } from './azure-key-vault-secret-provider.ts';

/** Secrets in Azure Key Vault. Sends no request yet: an outage must not prevent a start. */
export class AzureKeyVaultSecretProviderFactory implements SecretProviderFactory {
  create(config: ReadonlyMap<string, string>): AzureKeyVaultSecretProvider {
    return new AzureKeyVaultSecretProvider(parseAzureConfiguration(config));
  }
}
