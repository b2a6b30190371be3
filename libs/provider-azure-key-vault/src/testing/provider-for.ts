import { randomUUID } from 'node:crypto';
import type { SecretContext } from '@secret-store/provider-sdk';
import { parseAzureConfiguration } from '../configuration/azure-configuration.ts';
import { AzureKeyVaultSecretProvider } from '../azure-key-vault-secret-provider.ts';
import { type AzureLimits, defaultAzureLimits } from '../configuration/limits.ts';
import type { FakeAzure } from './fake-azure.ts';

/** A provider for the fake, with more or other keys. Short of time only where a test says so. */
export const providerFor = (
  azure: FakeAzure,
  keys: Record<string, string> = {},
  limits: Partial<AzureLimits> = {},
): AzureKeyVaultSecretProvider => {
  const configuration = parseAzureConfiguration(new Map(Object.entries({ ...azure.configuration, ...keys })));
  return new AzureKeyVaultSecretProvider(configuration, {
    ...defaultAzureLimits,
    retryMilliseconds: 1,
    settlingMilliseconds: 5,
    ...limits,
  });
};

export const freshContext = (): SecretContext => ({
  secretId: randomUUID(),
  algorithmId: randomUUID(),
  environmentVariable: 'NAME',
  version: 1,
});
