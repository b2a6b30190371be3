import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describeSecretProvider } from '@secret-store/provider-sdk/testing';
import { describe, test } from 'vitest';
import { AzureKeyVaultSecretProviderFactory } from './azure-key-vault-secret-provider-factory.ts';
import { maxValueBytes } from './configuration/limits.ts';
import { FakeAzure } from './testing/fake-azure.ts';

describeSecretProvider('a fake vault', async () => {
  const azure = await FakeAzure.start();
  return { ...bothSides(azure.configuration), close: () => azure.close() };
});

const live = {
  vault_url: process.env.TEST_AZURE_VAULT_URL ?? '',
  tenant_id: process.env.TEST_AZURE_TENANT_ID ?? '',
  client_id: process.env.TEST_AZURE_CLIENT_ID ?? '',
  client_secret: process.env.TEST_AZURE_CLIENT_SECRET ?? '',
};

if (Object.values(live).every((value) => value !== '')) {
  const authorityFile = process.env.TEST_AZURE_CA_FILE;
  describeSecretProvider('the vault at TEST_AZURE_VAULT_URL', () =>
    Promise.resolve(
      bothSides({
        ...live,
        authority_host: process.env.TEST_AZURE_AUTHORITY_HOST ?? '',
        ca_certificate: authorityFile ? readFileSync(authorityFile, 'utf8') : '',
        verify_challenge_resource: process.env.TEST_AZURE_VERIFY_CHALLENGE_RESOURCE ?? '',
        purge_on_delete: 'true',
      }),
    ),
  );
} else {
  describe('a real vault', () => {
    test.skip('set TEST_AZURE_VAULT_URL, _TENANT_ID, _CLIENT_ID and _CLIENT_SECRET to run the suite on it', () =>
      undefined);
  });
}

/** A second provider with its own prefix plays the part of the vault's other users. */
const bothSides = (configuration: Record<string, string>) => {
  const factory = new AzureKeyVaultSecretProviderFactory();
  const create = (more: Record<string, string>) =>
    factory.create(new Map(Object.entries({ ...configuration, ...more })));
  const team = create({ secret_name_prefix: 'team' });
  const references = { reference_names: 'team-*' };
  return {
    backend: create(references),
    worker: create(references),
    maxValueBytes,
    existing: async (value: string) => {
      const context = { secretId: randomUUID(), algorithmId: 'team', environmentVariable: 'NAME', version: 1 };
      return { reference: (await team.createSecret(value, context)).getProviderKey() };
    },
  };
};
