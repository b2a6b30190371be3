import type { Database, Queryable } from '@secret-store/db';
import type { AsyncSecretProvider } from '@secret-store/plugin-host';
import type { StoreKeys } from '@secret-store/sealing';
import type { Dependencies } from '../../../dependencies.ts';
import { createSecret } from '../../create-secret.ts';
import { importSecrets } from '../../importing/import-secrets.ts';
import { removeSecret } from '../../removing/remove-secret.ts';
import { updateSecret } from '../../update-secret.ts';
import { CrashPlan, type CrashStep } from './crash-plan.ts';
import { httpVaultProvider } from '../../testing/http-vault-provider.ts';
import { secretRequest } from '../../testing/secret-request.ts';
import { openTestDependencies } from '../../testing/test-dependencies.ts';

type Reached = (step: CrashStep) => Promise<void>;

/** A backend's side of one write, which is killed at the step that it is told. */
const run = async (plan: CrashPlan): Promise<void> => {
  const reached: Reached = async (step) => {
    if (step !== plan.step) return;
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  };
  const acted = { byPlugin: false };
  const plugin = killedPlugin(httpVaultProvider({ url: plan.vaultUrl }), acted, reached);
  const deps = await openTestDependencies({
    // the test, which made the keys, sends them as they are
    keys: plan.keys as StoreKeys,
    databaseUrl: plan.databaseUrl,
    plugins: new Map([[plan.providerId, plugin]]),
    log: () => undefined,
  });
  await write({ ...deps, db: killedDatabase(deps.db, acted, reached) }, plan);
  await reached('everything is committed');
  process.send?.('acknowledged');
  await deps.db.close();
  process.disconnect();
};

const write = async (deps: Dependencies, plan: CrashPlan): Promise<void> => {
  const actor = { userId: 'admin-id', username: 'admin', role: 'admin' } as const;
  const { algorithmId, secretId, value } = plan;
  const request = secretRequest(algorithmId, 'WRITTEN', value, { provider_id: plan.providerId });
  if (plan.operation === 'create') await createSecret(deps, actor, algorithmId, request);
  else if (plan.operation === 'import') await importSecrets(deps, actor, algorithmId, importRequest(plan));
  else if (plan.operation === 'delete') await removeSecret(deps, actor, algorithmId, secretId);
  else
    await updateSecret(deps, actor, algorithmId, secretId, {
      short_name: 'Name',
      description: '',
      secret_value: value,
    });
};

const importRequest = ({ value, providerId }: CrashPlan) => ({
  text: `WRITTEN=${value}\nWITH_IT=${value}`,
  ...{ provider_id: providerId, apply: true },
});

const around = async <T>(reached: Reached, act: () => Promise<T>): Promise<T> => {
  await reached('the provider is about to act');
  const result = await act();
  await reached('the provider has acted');
  return result;
};

const killedPlugin = (
  plugin: AsyncSecretProvider,
  acted: { byPlugin: boolean },
  reached: Reached,
): AsyncSecretProvider => {
  const acting = <T>(act: () => Promise<T>): Promise<T> =>
    around(reached, act).then((result) => {
      acted.byPlugin = true;
      return result;
    });
  return {
    ...plugin,
    createSecret: (...call) => acting(() => plugin.createSecret(...call)),
    updateSecret: (...call) => acting(() => plugin.updateSecret(...call)),
    deleteSecret: (...call) => acting(() => plugin.deleteSecret(...call)),
  };
};

/** The statements of a change say how far it is: the last one of each tells the audit. */
const killedDatabase = (database: Database, acted: { readonly byPlugin: boolean }, reached: Reached): Database => {
  let hasActed = false;
  const watched = (tx: Queryable): Queryable => ({
    query: async (statement) => {
      const { text } = statement;
      const isActing = text.includes('internal_sealed_value');
      const run = () => tx.query<never>(statement);
      const result = isActing ? await around(reached, run) : await run();
      hasActed ||= isActing;
      if (text.includes('INTO signed_set')) await reached('the set is signed');
      if (text.includes('INTO audit_pending') && (hasActed || acted.byPlugin)) {
        await reached('everything is written but the commit');
      }
      return result;
    },
  });
  return { ...database, transaction: (work) => database.transaction((tx) => work(watched(tx))) };
};

process.once('message', (message) => void run(CrashPlan.parse(message)));
