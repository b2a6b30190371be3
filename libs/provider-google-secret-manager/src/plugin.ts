export { GoogleSecretManagerSecretProviderFactory } from './google-secret-manager-secret-provider-factory.ts';
