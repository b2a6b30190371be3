export { AwsSecretsManagerSecretProviderFactory } from './aws-secrets-manager-secret-provider-factory.ts';
