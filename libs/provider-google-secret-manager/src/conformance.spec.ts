import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describeSecretProvider } from '@secret-store/provider-sdk/testing';
import { describe, test } from 'vitest';
import { GoogleSecretManagerSecretProviderFactory } from './google-secret-manager-secret-provider-factory.ts';
import { FakeSecretManager } from './testing/fake-secret-manager.ts';
import { serviceAccount } from './testing/fake-tokens.ts';

describeSecretProvider('a fake server, with the key of a service account', async () => {
  const fake = await FakeSecretManager.start();
  return { ...bothSides(fake.configuration), close: () => fake.close() };
});

describeSecretProvider('a fake server, with a federated token and regional secrets', async () => {
  const fake = await FakeSecretManager.start();
  fake.parent += '/locations/europe-west3';
  return { ...bothSides({ ...fake.federatedConfiguration, location: 'europe-west3' }), close: () => fake.close() };
});

const liveEndpoint = process.env.TEST_GOOGLE_ENDPOINT;

if (liveEndpoint) {
  const accountFile = process.env.TEST_GOOGLE_SERVICE_ACCOUNT_FILE;
  describeSecretProvider('the server at TEST_GOOGLE_ENDPOINT', () =>
    Promise.resolve(
      bothSides({
        endpoint: liveEndpoint,
        project_id: process.env.TEST_GOOGLE_PROJECT_ID ?? '',
        location: process.env.TEST_GOOGLE_LOCATION ?? '',
        // an emulator takes any token
        service_account_key: accountFile ? readFileSync(accountFile, 'utf8') : JSON.stringify(serviceAccount),
        secret_name_prefix: 'conformance-',
      }),
    ),
  );
} else {
  describe('a real server', () => {
    test.skip('set TEST_GOOGLE_ENDPOINT to run the suite on it', () => undefined);
  });
}

/** A second provider with its own prefix plays the part of the vault's other users. */
const bothSides = (configuration: Record<string, string>) => {
  const factory = new GoogleSecretManagerSecretProviderFactory();
  const create = (more: Record<string, string>) =>
    factory.create(new Map(Object.entries({ ...configuration, ...more })));
  const team = create({ secret_name_prefix: 'team-' });
  const references = { reference_prefix: 'team-' };
  return {
    backend: create(references),
    worker: create(references),
    existing: async (value: string) => {
      const context = { secretId: randomUUID(), algorithmId: 'team', environmentVariable: 'NAME', version: 1 };
      return { reference: (await team.createSecret(value, context)).getProviderKey() };
    },
  };
};
