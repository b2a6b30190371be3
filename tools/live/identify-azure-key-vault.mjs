import { ask } from './ask.mjs';

/** Azure's own service names its version in each answer, also in the one that asks for a token; emulators do not. */
export const identifyAzureKeyVault = async (environment) => {
  const url = new URL('/secrets?api-version=7.4', environment.TEST_AZURE_VAULT_URL);
  const { status, headers } = await ask(url, environment.TEST_AZURE_CA_FILE);
  if (status !== 401 || !/^Bearer /i.test(headers['www-authenticate'] ?? '')) {
    throw new Error(`this is no Key Vault: it asks for no token, and answers ${status}`);
  }
  const version = headers['x-ms-keyvault-service-version'];
  if (version) return `Azure Key Vault, service version ${version}, region ${headers['x-ms-keyvault-region'] ?? 'not told'}`;
  return `an emulator of Azure Key Vault that names no version${headers.server ? ` (${headers.server})` : ''}`;
};
