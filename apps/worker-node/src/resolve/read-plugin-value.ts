import { type AsyncSecretProvider, PluginFailure } from '@secret-store/plugin-host';
import type { SetEntry } from '@secret-store/sealing';
import { checkedValue } from '../cache/checked-value.ts';
import { cacheKey } from '../cache/plugin-value-cache.ts';
import { loadPlugin } from '../configuration/load-plugin.ts';
import type { AcceptedConfiguration } from './accept-configuration.ts';
import type { AcceptedDelivery } from './accept-delivery.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';
import { secretContext } from './secret-context.ts';

/**
 * Asks the provider's plugin, which runs in a sandbox of this worker, unless a cached answer is still valid.
 * @param signal aborted when the environment is abandoned: a read that waits for its turn is then not started
 */
export const readPluginValue = async (
  deps: ResolveDependencies,
  delivery: AcceptedDelivery,
  configuration: AcceptedConfiguration,
  entry: SetEntry,
  signal: AbortSignal,
): Promise<string> => {
  const { algorithmId } = delivery.set;
  const { providerId, activationNumber, checkSeconds } = configuration;
  const key = cacheKey(entry, activationNumber);
  const ask = <T>(question: Question<T>, given?: AbortSignal): Promise<T> =>
    deps.turns.run(providerId, async () => {
      given?.throwIfAborted();
      const provider = await deps.plugins.provider({ providerId, activationNumber }, () =>
        loadPlugin(deps, configuration),
      );
      const answer = () =>
        question(provider, { getProviderKey: () => entry.providerKey }, secretContext(delivery.set, entry));
      return answer().catch((error: unknown) => {
        if (!(error instanceof PluginFailure && error.reason === 'ended')) throw error;
        // a read changes nothing in the vault: it is asked again, of the next process
        given?.throwIfAborted();
        return answer();
      });
    });
  const read: Question<Secret> = (provider, id, context) => provider.getSecret(id, context);
  // the target of a reference changes without a new version on our side
  const isKept = entry.reference !== true;
  const cached = isKept ? deps.cache.get(algorithmId, key) : undefined;
  if (cached !== undefined) {
    return checkedValue(deps, cached, {
      ...{ checkSeconds, secretId: entry.secretId },
      version: () => ask((provider, id, context) => provider.getSecretVersion(id, context)),
      read: () => ask(read),
      forget: () => deps.cache.drop(algorithmId, key),
    });
  }
  const secret = await ask(read, signal);
  const value = secret.getValue();
  if (isKept) deps.cache.put(algorithmId, key, value, secret.getTtl());
  return value;
};

type Secret = Awaited<ReturnType<AsyncSecretProvider['getSecret']>>;

type Question<T> = (
  provider: AsyncSecretProvider,
  ...about: Parameters<AsyncSecretProvider['getSecret']>
) => Promise<T>;
