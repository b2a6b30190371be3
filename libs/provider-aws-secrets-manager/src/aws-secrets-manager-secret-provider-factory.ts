import type { SecretProviderFactory } from '@secret-store/provider-sdk';
import { parseAwsConfiguration } from './aws-configuration.ts';
import { AwsSecretsManagerSecretProvider } from './aws-secrets-manager-secret-provider.ts';

/** Secrets in AWS Secrets Manager. Sends no request yet: an outage must not prevent a start. */
export class AwsSecretsManagerSecretProviderFactory implements SecretProviderFactory {
  create(config: ReadonlyMap<string, string>): AwsSecretsManagerSecretProvider {
    return new AwsSecretsManagerSecretProvider(parseAwsConfiguration(config));
  }
}
