import type { SecretProviderFactory } from '@secret-store/provider-sdk';
import { parseGoogleConfiguration } from './google-configuration.ts';
import { GoogleSecretManagerSecretProvider } from './google-secret-manager-secret-provider.ts';

/** Secrets in Google Cloud Secret Manager. Sends no request yet: an outage must not prevent a start. */
export class GoogleSecretManagerSecretProviderFactory implements SecretProviderFactory {
  create(config: ReadonlyMap<string, string>): GoogleSecretManagerSecretProvider {
    return new GoogleSecretManagerSecretProvider(parseGoogleConfiguration(config));
  }
}
