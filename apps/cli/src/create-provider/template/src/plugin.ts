export { TemplateSecretProviderFactory } from './template-secret-provider-factory.ts';
