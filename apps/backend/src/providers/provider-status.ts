import { type Actor, ApiError, type PluginIsolation, type ProviderStatus } from '@secret-store/api';
import { requirePermission } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { storedManifest } from '../modules/load-module.ts';
import { listProviders } from './list-providers.ts';
import { defaultRefusal } from '../running/default-provider.ts';
import { runStored } from '../running/provider-access.ts';
import { sharesCredential } from '../configurations/shared-credential.ts';
import { readProvider } from '../configurations/stored-provider.ts';

type Health = Pick<
  ProviderStatus,
  'kind' | 'health' | 'message' | 'sharesCredential' | 'defaultRefusal' | 'failingSince'
>;

const healthOf = async (deps: Dependencies, providerId: string): Promise<Health> => {
  const stored = await readProvider(deps, providerId);
  const { kind, active } = stored;
  const known = {
    kind,
    sharesCredential: sharesCredential(active, await storedManifest(deps, active?.moduleSha256 ?? null)),
    defaultRefusal: defaultRefusal(stored),
    failingSince: null,
  };
  if (!stored.isEnabled) {
    return {
      ...known,
      health: 'disabled',
      message: 'New secrets are off. Existing ones can still be read and removed.',
    };
  }
  try {
    await runStored(deps, stored);
    const failure = deps.calls.failureOf({ providerId, activationNumber: stored.activationNumber });
    if (failure !== null) {
      const { since, message } = failure;
      return { ...known, health: 'failed', message, failingSince: since.toISOString() };
    }
    return { ...known, health: 'ready', message: '' };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return {
      ...known,
      health: error.errorName === 'PluginModuleMissing' ? 'no-module' : 'failed',
      message: error.message,
    };
  }
};

/** How each provider does now. A plugin that is not running is started for it. */
export const providerStatus = async (deps: Dependencies, actor: Actor): Promise<ProviderStatus[]> => {
  requirePermission(actor, 'providers.read');
  const providers = await listProviders(deps, actor);
  const intents = await deps.ledger.genuineAll(
    'intent',
    await deps.db.prisma.writeIntent.findMany({ where: { state: 'left-behind' }, orderBy: { createdAt: 'asc' } }),
  );
  return Promise.all(
    providers.map(async ({ id }) => ({
      providerId: id,
      ...(await healthOf(deps, id)),
      secretCount: deps.ledger.memory.count('secret', id),
      leftBehind: intents
        .filter((intent) => intent.providerId === id)
        .map(({ secretId, environmentVariable, createdAt }) => ({
          secretId,
          environmentVariable,
          since: createdAt.toISOString(),
        })),
    })),
  );
};

/** How plugins are kept apart on this machine, and whether a module needs a signature. */
export const pluginIsolation = (
  { isolation, trustedKeys }: Pick<Dependencies, 'isolation' | 'trustedKeys'>,
  actor: Actor,
): PluginIsolation => {
  requirePermission(actor, 'providers.read');
  return { mode: isolation.mode, warning: isolation.warning, requiresSignature: trustedKeys.length > 0 };
};
