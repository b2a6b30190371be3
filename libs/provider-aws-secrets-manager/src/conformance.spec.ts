import { randomUUID } from 'node:crypto';
import { describeSecretProvider } from '@secret-store/provider-sdk/testing';
import { describe, test } from 'vitest';
import { AwsSecretsManagerSecretProviderFactory } from './aws-secrets-manager-secret-provider-factory.ts';
import { FakeSecretsManager } from './testing/fake-secrets-manager.ts';

const rotation = { rotation_lambda_arn: 'arn:aws:lambda:eu-central-1:123456789012:function:rotate' };

describeSecretProvider('a fake server, with a role', async () => {
  const fake = await FakeSecretsManager.start();
  return { ...bothSides({ ...fake.roleConfiguration, ...rotation }), close: () => fake.close() };
});

const liveEndpoint = process.env.TEST_AWS_ENDPOINT;

for (const recovery_window_days of ['0', '7']) {
  describeSecretProvider(`a fake server, recovery window of ${recovery_window_days} days`, async () => {
    const fake = await FakeSecretsManager.start();
    return { ...bothSides({ ...fake.configuration, ...rotation, recovery_window_days }), close: () => fake.close() };
  });

  if (liveEndpoint) {
    describeSecretProvider(`the server at TEST_AWS_ENDPOINT, recovery window of ${recovery_window_days} days`, () =>
      Promise.resolve(
        bothSides({
          aws_endpoint: liveEndpoint,
          aws_region: process.env.TEST_AWS_REGION ?? 'eu-central-1',
          aws_access_key_id: process.env.TEST_AWS_ACCESS_KEY_ID ?? 'test',
          aws_secret_access_key: process.env.TEST_AWS_SECRET_ACCESS_KEY ?? 'test',
          aws_session_token: process.env.TEST_AWS_SESSION_TOKEN ?? '',
          secret_name_prefix: 'secret-store-conformance/',
          recovery_window_days,
          ...(process.env.TEST_AWS_ROTATION_LAMBDA_ARN && {
            rotation_lambda_arn: process.env.TEST_AWS_ROTATION_LAMBDA_ARN,
          }),
        }),
      ),
    );
  }
}

if (!liveEndpoint) {
  describe('a real server', () => {
    test.skip('set TEST_AWS_ENDPOINT to run the suite on it', () => undefined);
  });
}

/** A second provider with its own prefix plays the part of the account's other users. */
const bothSides = (configuration: Record<string, string>) => {
  const factory = new AwsSecretsManagerSecretProviderFactory();
  const create = (more: Record<string, string>) =>
    factory.create(new Map(Object.entries({ ...configuration, ...more })));
  const team = create({ secret_name_prefix: 'team/' });
  const references = { reference_prefix: 'team/' };
  return {
    backend: create(references),
    worker: create(references),
    existing: async (value: string) => {
      const context = { secretId: randomUUID(), algorithmId: 'team', environmentVariable: 'NAME', version: 1 };
      return { reference: (await team.createSecret(value, context)).getProviderKey() };
    },
  };
};
