export { AzureKeyVaultSecretProviderFactory } from './azure-key-vault-secret-provider-factory.ts';
