import { type Actor, ApiError, type PluginIsolation, type ProviderStatus } from '@secret-store/api';
import { requirePermission } from '../../accounts/permissions.ts';
import type { Dependencies } from '../../dependencies.ts';
import { storedManifest } from '../../modules/load-module.ts';
import { listLeftBehind } from './list-left-behind.ts';
import { listProviders } from '../list-providers.ts';
import { defaultRefusal } from '../../running/default-provider.ts';
import { runStored } from '../../running/provider-access.ts';
import { sharesCredential } from '../../configurations/shared-credential.ts';
import { readProvider, type StoredProvider } from '../../configurations/stored-provider.ts';
import { backendCalls, failingBackend } from '../../health/backend-calls.ts';

type Health = Pick<ProviderStatus, 'kind' | 'health' | 'message' | 'sharesCredential' | 'defaultRefusal' | 'failing'>;

const healthOf = async (
  deps: Dependencies,
  stored: StoredProvider,
  failure: ReturnType<typeof failingBackend>,
): Promise<Health> => {
  const { kind, active } = stored;
  const known = {
    kind,
    sharesCredential: sharesCredential(active, await storedManifest(deps, active?.moduleSha256 ?? null)),
    defaultRefusal: defaultRefusal(stored),
    failing: null,
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
    if (failure !== null) {
      const { reason, ...failing } = failure;
      const message = `The secret provider failed: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
      return { ...known, health: 'failed', message, failing };
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
  const stored = await Promise.all(providers.map(({ id }) => readProvider(deps, id)));
  const calls = await backendCalls(
    deps,
    stored.map(({ id: providerId, activationNumber }) => ({ providerId, activationNumber })),
  );
  const now = new Date();
  const leftBehind = await listLeftBehind(deps);
  return Promise.all(
    stored.map(async (provider) => {
      const { id } = provider;
      return {
        providerId: id,
        ...(await healthOf(deps, provider, failingBackend(calls.get(id) ?? [], now))),
        secretCount: deps.ledger.memory.count('secret', id),
        leftBehind: leftBehind.filter(({ providerId }) => providerId === id).map(({ entry }) => entry),
      };
    }),
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
