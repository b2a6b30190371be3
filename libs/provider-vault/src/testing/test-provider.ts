import { randomUUID } from 'node:crypto';
import type { SecretContext } from '@secret-store/provider-sdk';
import { parseVaultConfiguration, type VaultConfiguration } from '../configuration/vault-configuration.ts';
import { defaultVaultLimits, type VaultLimits } from '../http/vault-limits.ts';
import { VaultSecretProvider } from '../vault-secret-provider.ts';

export interface ServerAccess {
  readonly address: string;
  readonly token: string;
}

/** Keys of the provider for a server. Set a key to '' to remove it. */
export const configurationFor = (server: ServerAccess, changes: Record<string, string> = {}): Map<string, string> => {
  const base = { vault_addr: server.address, vault_token: server.token, vault_secret_path: 'secret/store' };
  return new Map(Object.entries({ ...base, ...changes }));
};

/** A provider with short pauses between retries. */
export const testProvider = (
  server: ServerAccess,
  changes: Record<string, string> = {},
  limits: Partial<VaultLimits & Pick<VaultConfiguration, 'requestMilliseconds'>> = {},
): VaultSecretProvider => {
  const configuration = parseVaultConfiguration(configurationFor(server, changes));
  const { requestMilliseconds = configuration.requestMilliseconds, ...others } = limits;
  return new VaultSecretProvider(
    { ...configuration, requestMilliseconds },
    { ...defaultVaultLimits, retryMilliseconds: 1, ...others },
  );
};

export const freshContext = (): SecretContext => ({
  secretId: randomUUID(),
  algorithmId: randomUUID(),
  environmentVariable: 'NAME',
  version: 1,
});
