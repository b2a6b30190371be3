import { readFileSync } from 'node:fs';
import { identifyAwsSecretsManager } from './identify-aws-secrets-manager.mjs';
import { identifyAzureKeyVault } from './identify-azure-key-vault.mjs';
import { identifyVault } from './identify-vault.mjs';

/**
 * The servers that the suites can run on. `variable` is the one whose name stands in the name of each test that runs on the
 * server; `authorityFile` names the one that holds a file of certificates to trust; `configurations` are what an administrator
 * would enter for the packed module.
 */
export const servers = [
  {
    name: 'HashiCorp Vault or OpenBao',
    variable: 'TEST_VAULT_ADDR',
    required: ['TEST_VAULT_ADDR', 'TEST_VAULT_TOKEN'],
    project: 'provider-vault',
    room: 'libs/provider-vault',
    module: 'dist/plugins/secret-store-provider-vault.tgz',
    factory: 'VaultSecretProviderFactory',
    identify: identifyVault,
    authorityFile: 'TEST_VAULT_CA_FILE',
    configurations: (environment) =>
      [
        ['KV version 2', environment.TEST_VAULT_KV2_PATH || 'secret'],
        ['KV version 1', environment.TEST_VAULT_KV1_PATH || 'kv1'],
      ].map(([title, mount]) => ({
        title,
        configuration: {
          vault_addr: environment.TEST_VAULT_ADDR,
          vault_token: environment.TEST_VAULT_TOKEN,
          vault_secret_path: `${mount}/conformance-packed`,
          ...given({ vault_ca_certificate: contentOf(environment.TEST_VAULT_CA_FILE) }),
        },
      })),
  },
  {
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
  },
  {
    name: 'AWS Secrets Manager',
    variable: 'TEST_AWS_ENDPOINT',
    required: ['TEST_AWS_ENDPOINT', 'TEST_AWS_REGION', 'TEST_AWS_ACCESS_KEY_ID', 'TEST_AWS_SECRET_ACCESS_KEY'],
    project: 'example-aws-secrets-manager',
    room: 'examples/provider-aws-secrets-manager',
    module: 'dist/plugins/example-provider-aws-secrets-manager.tgz',
    factory: 'AwsSecretsManagerSecretProviderFactory',
    identify: identifyAwsSecretsManager,
    configurations: (environment) => [
      {
        title: 'access key',
        configuration: {
          aws_endpoint: environment.TEST_AWS_ENDPOINT,
          aws_region: environment.TEST_AWS_REGION,
          aws_access_key_id: environment.TEST_AWS_ACCESS_KEY_ID,
          aws_secret_access_key: environment.TEST_AWS_SECRET_ACCESS_KEY,
          secret_name_prefix: 'conformance-packed',
          ...given({ aws_session_token: environment.TEST_AWS_SESSION_TOKEN }),
        },
      },
    ],
  },
];

/** Which of the required variables are not there. */
export const missingVariables = ({ required }, environment) => required.filter((name) => !environment[name]);

const given = (entries) => Object.fromEntries(Object.entries(entries).filter(([, value]) => value));

const contentOf = (file) => file && readFileSync(file, 'utf8');
