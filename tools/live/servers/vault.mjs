import { ask } from '../ask.mjs';
import { contentOf, given } from '../configuration-values.mjs';

/** The server reports its health with a body in every state. */
const health = '/v1/sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200&drsecondarycode=200';

/** What the server says it is. */
const identifyVault = async (environment) => {
  const { TEST_VAULT_ADDR: address, TEST_VAULT_CA_FILE: authorityFile } = environment;
  const answer = await ask(new URL(health, address), authorityFile);
  const { version, sealed, initialized } = JSON.parse(answer.body);
  if (typeof version !== 'string') throw new Error('this is no Vault: its health has no version');
  const state = initialized === false ? ', not initialized' : sealed ? ', sealed' : '';
  return `${await productAt(address, authorityFile)} ${version}${state}`;
};

/** The version alone does not identify the product. The title of its API description does. */
const productAt = async (address, authorityFile) => {
  const { status, body } = await ask(new URL('/v1/sys/internal/specs/openapi', address), authorityFile);
  const title = status === 200 ? JSON.parse(body).info?.title : undefined;
  return typeof title === 'string' ? title.replace(/ API$/, '') : 'Vault or OpenBao (it does not say which)';
};

export const server = {
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
};
