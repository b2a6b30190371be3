import { randomUUID } from 'node:crypto';
import { describeSecretProvider } from '@secret-store/provider-sdk/testing';
import { describe, test } from 'vitest';
import { fakeStage } from './testing/stages/fake-stage.ts';
import { liveServer, liveStage } from './testing/stages/live-stage.ts';
import { putEntry } from './testing/stages/put-entry.ts';
import { configurationFor } from './testing/test-provider.ts';
import {
  fullRules,
  listRules,
  type LoginName,
  readOnlyRules,
  type VaultStage,
  writeOnlyRules,
} from './testing/stages/vault-stage.ts';
import { VaultSecretProviderFactory } from './vault-secret-provider-factory.ts';

const server = liveServer(process.env);

const runOn = (where: string, open: () => Promise<VaultStage>): void => {
  describeSecretProvider(`KV version 2 of ${where}`, async () => {
    const stage = await open();
    const provider = create(stage, { vault_secret_path: stage.path });
    return { backend: provider, worker: create(stage, { vault_secret_path: stage.path }), close: () => stage.close() };
  });

  describeSecretProvider(`KV version 1 of ${where}`, async () => {
    const stage = await open();
    const keys = { vault_secret_path: stage.path1 };
    return { backend: create(stage, keys), worker: create(stage, keys), close: () => stage.close() };
  });

  describeSecretProvider(
    `${where}, with references, a backend that may not read and a worker that may not write`,
    async () => {
      const stage = await open();
      const keys = { vault_secret_path: `${stage.path}/own`, vault_reference_path: `${stage.path}/team` };
      const [backendToken, workerToken] = await Promise.all([
        stage.token({
          rules: { ...writeOnlyRules(`${stage.path}/own`), ...listRules(`${stage.path}/team`) },
          seconds: 3_600,
          renewable: true,
        }),
        stage.token({
          rules: { ...readOnlyRules(`${stage.path}/own`), ...readOnlyRules(`${stage.path}/team`) },
          seconds: 3_600,
          renewable: true,
        }),
      ]);
      return {
        backend: create(stage, { ...keys, vault_token: backendToken }),
        worker: create(stage, { ...keys, vault_token: workerToken }),
        existing: async (value) => ({
          reference: await putEntry(stage, `${stage.path}/team/${randomUUID()}`, { value }),
        }),
        close: () => stage.close(),
      };
    },
  );

  describe.each<LoginName>(['approle', 'kubernetes', 'jwt'])('%s', (method) => {
    describeSecretProvider(`login at ${where}`, async () => {
      const stage = await open();
      const login = await stage.login(method, fullRules(stage.path));
      const keys = { vault_secret_path: stage.path, vault_token: '', ...login };
      return { backend: create(stage, keys), worker: create(stage, keys), close: () => stage.close() };
    });
  });
};

const create = (stage: VaultStage, keys: Record<string, string>) =>
  new VaultSecretProviderFactory().create(configurationFor({ address: stage.address, token: stage.rootToken }, keys));

runOn('a fake server', fakeStage);
if (server) {
  runOn('the server at TEST_VAULT_ADDR', () => liveStage(server));
} else {
  describe('a real server', () => {
    test.skip('set TEST_VAULT_ADDR and TEST_VAULT_TOKEN to run the suite on it', () => undefined);
  });
}
