import { PluginFailure } from '@secret-store/plugin-host';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { removeAlgorithm } from '../../algorithms/remove-algorithm.ts';
import { createSecret } from '../create-secret.ts';
import { admin } from '../testing/backend-fixture.ts';
import { httpVaultProvider } from '../testing/http-vault-provider.ts';
import { openStoreWithVault, type StoreWithVault } from '../testing/open-store-with-vault.ts';
import { secretRequest } from '../testing/secret-request.ts';

let opened: StoreWithVault;
let algorithmId: string;

beforeAll(async () => {
  opened = await openStoreWithVault();
});
afterAll(() => opened.close());
beforeEach(async () => {
  const { deps, plugins } = opened.store;
  plugins.set(opened.vaultId, httpVaultProvider(opened.vault));
  ({ id: algorithmId } = await opened.addAlgorithm(admin));
  for (const variable of ['A', 'B', 'C']) {
    const request = secretRequest(algorithmId, variable, 'v', { provider_id: opened.vaultId });
    await createSecret(deps, admin, algorithmId, request);
  }
});

/** Each deletion waits until those before it are counted, and then notes what is told. */
const noteProgress = (fails: boolean) => {
  const { deps, plugins } = opened.store;
  const vault = httpVaultProvider(opened.vault);
  const told: unknown[] = [];
  let calls = 0;
  plugins.set(opened.vaultId, {
    ...vault,
    deleteSecret: async (...parameters) => {
      const before = calls;
      calls += 1;
      await vi.waitUntil(() => deps.removals.find(algorithmId)?.done === before);
      told.push(deps.removals.find(algorithmId));
      if (fails) throw new PluginFailure('ended');
      return vault.deleteSecret(...parameters);
    },
  });
  return told;
};

it('a deletion tells how many secrets the vaults have answered for, and nothing once it has ended', async () => {
  const { deps } = opened.store;
  const told = noteProgress(false);
  await removeAlgorithm(deps, admin, algorithmId);
  expect(told).toEqual([0, 1, 2].map((done) => ({ done, total: 3 })));
  expect(deps.removals.find(algorithmId)).toBeNull();
});

it('a deletion whose vault fails tells nothing once it has failed', async () => {
  const { deps } = opened.store;
  noteProgress(true);
  await expect(removeAlgorithm(deps, admin, algorithmId)).rejects.toMatchObject({ code: 8009 });
  expect(deps.removals.find(algorithmId)).toBeNull();
});
