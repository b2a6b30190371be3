import type { AlgorithmSecret } from '@secret-store/api';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import { createAlgorithm } from '../../../algorithms/create-algorithm.ts';
import { removeAlgorithm } from '../../../algorithms/remove-algorithm.ts';
import { createSecret } from '../../create-secret.ts';
import { listSecrets } from '../../list-secrets.ts';
import { removeSecret } from '../../removing/remove-secret.ts';
import { settleIntents } from '../settler.ts';
import { updateSecret } from '../../update-secret.ts';
import { ada, addPlugin, type BackendFixture } from '../../testing/backend-fixture.ts';
import type { HttpVault } from '../../testing/http-vault.ts';
import { httpVaultProvider } from '../../testing/http-vault-provider.ts';
import { readAsWorker } from '../../testing/read-as-worker.ts';
import { secretRequest } from '../../testing/secret-request.ts';

let names = 0;

/** An algorithm of ada's, a provider over the vault that can be made to fail, and what is seen of both. */
export const openFailingVault = async (store: BackendFixture, vault: HttpVault) => {
  const { deps, plugins } = store;
  const plugin = httpVaultProvider(vault);
  const vaultId = await addPlugin(store, plugin);
  const algorithm = await createAlgorithm(deps, ada, { owner: 'ada', name: `failing-${names++}` });
  return {
    ...{ algorithm, vaultId, plugin },
    /** from now on the provider does this instead */
    replace: (others: Partial<AsyncSecretProvider>) => plugins.set(vaultId, { ...plugin, ...others }),
    repair: () => plugins.set(vaultId, plugin),
    create: (variable: string, value: string, provider_id = vaultId): Promise<AlgorithmSecret> =>
      createSecret(deps, ada, algorithm.id, secretRequest(algorithm.id, variable, value, { provider_id })),
    update: (id: string, secret_value: string) =>
      updateSecret(deps, ada, algorithm.id, id, { short_name: 'Name', description: '', secret_value }),
    remove: (id: string) => removeSecret(deps, ada, algorithm.id, id),
    removeAlgorithm: () => removeAlgorithm(deps, ada, algorithm.id),
    list: async () => (await listSecrets(deps, ada, algorithm.id)).results,
    seen: () => readAsWorker(store, algorithm, vault),
    intents: () => deps.db.prisma.writeIntent.findMany({ where: { algorithmId: algorithm.id } }),
    /** what the settler does at this moment, or when all pauses are over */
    settle: (now = new Date(Date.now() + 86_400_000)) => settleIntents(deps, { now }),
  };
};
export type FailingVault = Awaited<ReturnType<typeof openFailingVault>>;
