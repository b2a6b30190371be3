import { type Secret, SecretNotFoundError } from '@secret-store/provider-sdk';
import type { Logger } from 'pino';
import { errorName } from '../errors/error-name.ts';
import type { CachedValue, PluginValueCache } from './plugin-value-cache.ts';

interface CheckDependencies {
  readonly cache: PluginValueCache;
  readonly log: Logger;
}

interface ValueCheck {
  /** 0: each use */
  readonly checkSeconds: number;
  readonly secretId: string;
  readonly version: () => Promise<string>;
  readonly read: () => Promise<Secret>;
  /** the value is not to be used again */
  readonly forget: () => void;
}

/**
 * A cached value, when it is sure enough that the vault still holds it. In the first half of its time it is given at once, in
 * the second half too, and the vault is asked meanwhile; after that, the vault is asked first.
 * @throws {SecretNotFoundError} when the vault no longer has it
 */
export const checkedValue = (deps: CheckDependencies, cached: CachedValue, about: ValueCheck): Promise<string> => {
  const age = deps.cache.now() - cached.askedAt;
  const limit = about.checkSeconds * 1000;
  if (limit > 0 && age < limit / 2) return Promise.resolve(cached.value);
  cached.check ??= check(deps, cached, about).finally(() => {
    cached.check = null;
  });
  if (limit === 0 || age >= limit) return cached.check;
  // who uses it next is told
  cached.check.catch(() => undefined);
  return Promise.resolve(cached.value);
};

const check = async (
  { cache, log }: CheckDependencies,
  cached: CachedValue,
  { secretId, version, read, forget }: ValueCheck,
): Promise<string> => {
  try {
    const current = await version();
    if (current !== cached.version) {
      // the version was asked for first: a change in between is seen at the next check
      const secret = await read();
      Object.assign(cached, { value: secret.getValue(), version: current, expiresAt: cache.expiryOf(secret.getTtl()) });
    }
  } catch (error) {
    if (error instanceof SecretNotFoundError) {
      forget();
      throw error;
    }
    // what was read before still serves, as the vault does not say otherwise
    log.warn({ secretId, error: errorName(error) }, 'a vault could not be asked whether a value changed');
  } finally {
    cached.askedAt = cache.now();
  }
  return cached.value;
};
