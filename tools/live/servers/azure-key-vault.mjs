import { ask } from '../ask.mjs';
import { contentOf, given } from '../configuration-values.mjs';

/** Azure's own service reports its version in each answer, even in the one that asks for a token; emulators do not. */
const identifyAzureKeyVault = async (environment) => {
  const url = new URL('/secrets?api-version=7.4', environment.TEST_AZURE_VAULT_URL);
  const { status, headers } = await ask(url, environment.TEST_AZURE_CA_FILE);
  if (status !== 401 || !/^Bearer /i.test(headers['www-authenticate'] ?? '')) {
    throw new Error(`this is no Key Vault: it asks for no token, and answers ${status}`);
  }
  const version = headers['x-ms-keyvault-service-version'];
  if (version)
    return `Azure Key Vault, service version ${version}, region ${headers['x-ms-keyvault-region'] ?? 'not told'}`;
  return `an emulator of Azure Key Vault that names no version${headers.server ? ` (${headers.server})` : ''}`;
};

export const server = {
  name: 'Azure Key Vault',
  variable: 'TEST_AZURE_VAULT_URL',
  required: ['TEST_AZURE_VAULT_URL', 'TEST_AZURE_TENANT_ID', 'TEST_AZURE_CLIENT_ID', 'TEST_AZURE_CLIENT_SECRET'],
  project: 'provider-azure-key-vault',
  room: 'libs/provider-azure-key-vault',
  module: 'dist/plugins/secret-store-provider-azure-key-vault.tgz',
  factory: 'AzureKeyVaultSecretProviderFactory',
  identify: identifyAzureKeyVault,
  authorityFile: 'TEST_AZURE_CA_FILE',
  configurations: (environment) => [
    {
      title: 'client secret',
      configuration: {
        vault_url: environment.TEST_AZURE_VAULT_URL,
        tenant_id: environment.TEST_AZURE_TENANT_ID,
        client_id: environment.TEST_AZURE_CLIENT_ID,
        client_secret: environment.TEST_AZURE_CLIENT_SECRET,
        secret_name_prefix: 'conformance-packed',
        purge_on_delete: 'true',
        ...given({
          authority_host: environment.TEST_AZURE_AUTHORITY_HOST,
          ca_certificate: contentOf(environment.TEST_AZURE_CA_FILE),
          verify_challenge_resource: environment.TEST_AZURE_VERIFY_CHALLENGE_RESOURCE,
        }),
      },
    },
  ],
};
