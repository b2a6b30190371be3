import { type AsyncSecretProvider, PluginFailure } from '@secret-store/plugin-host';
import type { SetEntry } from '@secret-store/sealing';
import { checkValue } from '../cache/checked-value.ts';
import { type CachedValue, cacheKey } from '../cache/plugin-value-cache.ts';
import { loadPlugin } from '../configuration/load-plugin.ts';
import { isAnswerOfVault } from '../errors/vault-answers.ts';
import type { AcceptedConfiguration } from './accepting/accept-configuration.ts';
import type { AcceptedDelivery } from './accepting/accept-delivery.ts';
import type { ResolveDependencies } from './accepting/resolve-dependencies.ts';
import { secretContext } from './secret-context.ts';
import { requireUsable, staleSecondsOf } from './stale-limit.ts';

/** A value with where it is from. */
export interface PluginReading {
  readonly value: string;
  /** of the secret: below the set's where the newest one could not be read */
  readonly version: number;
  /** under which it is in the cache */
  readonly key: string;
  /** null: it is current */
  readonly stale: {
    /** how long ago the vault last confirmed it, in milliseconds */
    readonly age: number;
    /** why the vault could not be asked */
    readonly cause: unknown;
  } | null;
}

export interface ReadOptions {
  /** aborted when the environment is abandoned: a read that waits for its turn is then not started */
  readonly signal?: AbortSignal;
  /** nobody waits for it, and what was read lately is not looked at again */
  readonly isBackground?: boolean;
}

/**
 * Asks the provider's plugin, which runs in a sandbox of this worker, unless a cached answer is still valid. Where the vault cannot be
 * asked, what was read before serves within its limit.
 */
export const readPluginValue = async (
  deps: ResolveDependencies,
  delivery: AcceptedDelivery,
  configuration: AcceptedConfiguration,
  entry: SetEntry,
  { signal, isBackground = false }: ReadOptions = {},
): Promise<PluginReading> => {
  const { algorithmId } = delivery.set;
  const { providerId, activationNumber, checkSeconds, staleSeconds } = configuration;
  const { secretId, version: secretVersion } = entry;
  const key = cacheKey(entry, activationNumber);
  const limit = staleSecondsOf(entry, staleSeconds);
  const ask = <T>(question: Question<T>, given?: AbortSignal): Promise<T> =>
    deps.turns.run(
      providerId,
      async () => {
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
      },
      isBackground,
    );
  const read: Question<Secret> = (provider, id, context) => provider.getSecret(id, context);
  const readBefore = isBackground ? deps.cache.find(algorithmId, key) : undefined;
  if (readBefore !== undefined && isRecent(deps, readBefore, limit)) return current(readBefore);
  // the target of a reference changes without a new version on our side
  const cached = entry.reference === true ? undefined : deps.cache.get(algorithmId, key);
  if (cached !== undefined) {
    const doubt = await checkValue(deps, cached, {
      ...{ algorithmId, checkSeconds },
      version: () => ask((provider, id, context) => provider.getSecretVersion(id, context)),
      read: () => ask(read),
    });
    return doubt === null ? current(cached) : known(deps, cached, limit, doubt.cause);
  }
  try {
    const secret = await ask(read, signal);
    const value = secret.getValue();
    deps.cache.put(algorithmId, { key, secretId, secretVersion, value, ttlSeconds: secret.getTtl() });
    return { value, version: secretVersion, key, stale: null };
  } catch (error) {
    return knownInPlace(deps, delivery, entry, { staleSeconds: limit, cause: error });
  }
};

/** Whether it would serve for most of its time in an outage that begins now. Not where one has begun already. */
const isRecent = (
  { cache }: ResolveDependencies,
  { confirmedAt, problem }: CachedValue,
  staleSeconds: number,
): boolean => problem === null && (staleSeconds === 0 || cache.now() - confirmedAt < (staleSeconds * 1000) / 4);

/**
 * What was read before of a secret, in whatever version.
 * @throws why it could not be read, where that is the vault's answer or nothing was read before; {@link TooOld}
 */
export const knownInPlace = (
  deps: ResolveDependencies,
  { set: { algorithmId } }: AcceptedDelivery,
  { secretId }: SetEntry,
  { staleSeconds, cause }: { readonly staleSeconds: number; readonly cause: unknown },
): PluginReading => {
  if (isAnswerOfVault(cause)) deps.cache.forget(algorithmId, secretId);
  const last = deps.cache.last(algorithmId, secretId);
  if (last === undefined) throw cause;
  return known(deps, last, staleSeconds, cause);
};

const current = ({ key, value, secretVersion: version }: CachedValue): PluginReading => ({
  ...{ key, value, version },
  stale: null,
});

const known = (
  { cache }: ResolveDependencies,
  { key, value, secretVersion: version, confirmedAt }: CachedValue,
  staleSeconds: number,
  cause: unknown,
): PluginReading => {
  const age = cache.now() - confirmedAt;
  requireUsable(age, staleSeconds, cause);
  return { key, value, version, stale: { age, cause } };
};

type Secret = Awaited<ReturnType<AsyncSecretProvider['getSecret']>>;

type Question<T> = (
  provider: AsyncSecretProvider,
  ...about: Parameters<AsyncSecretProvider['getSecret']>
) => Promise<T>;
