import type { SecretProviderFactory } from '@secret-store/provider-sdk';
import { parseTemplateConfiguration } from './template-configuration.ts';
import { TemplateSecretProvider } from './template-secret-provider.ts';

/** Asks the server nothing yet: an outage must not keep a provider from starting. */
export class TemplateSecretProviderFactory implements SecretProviderFactory {
  create(config: ReadonlyMap<string, string>): TemplateSecretProvider {
    return new TemplateSecretProvider(parseTemplateConfiguration(config));
  }
}
