import type { SecretProviderFactory } from '@secret-store/provider-sdk';
import { parseKubernetesConfiguration } from './kubernetes-configuration.ts';
import { KubernetesSecretsSecretProvider } from './kubernetes-secrets-secret-provider.ts';

/** Asks the server nothing yet: an outage must not keep a provider from starting. */
export class KubernetesSecretsSecretProviderFactory implements SecretProviderFactory {
  create(config: ReadonlyMap<string, string>): KubernetesSecretsSecretProvider {
    return new KubernetesSecretsSecretProvider(parseKubernetesConfiguration(config));
  }
}
