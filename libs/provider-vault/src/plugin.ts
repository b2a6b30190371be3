export { VaultSecretProviderFactory } from './vault-secret-provider-factory.ts';
