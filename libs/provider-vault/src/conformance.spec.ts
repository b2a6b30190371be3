import { describeSecretProvider } from '@secret-store/provider-sdk/testing';
import { describe, test } from 'vitest';
import { FakeVault } from './testing/fake-vault.ts';
import { VaultSecretProviderFactory } from './vault-secret-provider-factory.ts';

const liveAddress = process.env.TEST_VAULT_ADDR;
const liveToken = process.env.TEST_VAULT_TOKEN;

for (const [version, path, liveMount] of [
  ['KV version 2', 'secret/conformance', process.env.TEST_VAULT_KV2_PATH ?? 'secret'],
  ['KV version 1', 'kv1/conformance', process.env.TEST_VAULT_KV1_PATH ?? 'kv1'],
] as const) {
  describeSecretProvider(`${version} of a fake server`, async () => {
    const vault = await FakeVault.start();
    return { ...bothSides(vault.address, vault.token, path), close: () => vault.close() };
  });

  if (liveAddress && liveToken) {
    describeSecretProvider(`${version} of the server at TEST_VAULT_ADDR`, async () =>
      bothSides(liveAddress, liveToken, `${liveMount}/conformance`),
    );
  } else {
    describe(`${version} of a real server`, () => {
      test.skip('set TEST_VAULT_ADDR and TEST_VAULT_TOKEN to run the suite on it', () => undefined);
    });
  }
}

function bothSides(address: string, token: string, path: string) {
  const configuration = new Map([
    ['vault_addr', address],
    ['vault_token', token],
    ['vault_secret_path', path],
  ]);
  const factory = new VaultSecretProviderFactory();
  return { backend: factory.create(configuration), worker: factory.create(configuration) };
}
