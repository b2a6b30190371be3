export { KubernetesSecretsSecretProviderFactory } from './kubernetes-secrets-secret-provider-factory.ts';
