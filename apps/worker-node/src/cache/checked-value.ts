import { setTimeout as delay } from 'node:timers/promises';
import { PluginFailure } from '@secret-store/plugin-host';
import type { Secret } from '@secret-store/provider-sdk';
import type { Logger } from 'pino';
import { errorName } from '../errors/error-name.ts';
import { isAnswerOfVault } from '../errors/vault-answers.ts';
import type { CachedValue, PluginValueCache } from './plugin-value-cache.ts';

/** Longer than this nobody waits for a vault while a value of it is there. */
const patienceMilliseconds = 2_000;

interface CheckDependencies {
  readonly cache: PluginValueCache;
  readonly log: Logger;
  /** for tests: how long 2 s are */
  readonly wait?: ((milliseconds: number, signal: AbortSignal) => Promise<unknown>) | undefined;
}

interface ValueCheck {
  readonly algorithmId: string;
  /** 0: each use */
  readonly checkSeconds: number;
  readonly version: () => Promise<string>;
  readonly read: () => Promise<Secret>;
}

/**
 * Makes sure that the vault still holds a cached value. In the first half of its time nothing is asked, in the second half the vault is
 * asked meanwhile; after that, it is asked first, for 2 s at most.
 * @returns why the value is in doubt: the vault could not be asked for longer than the check interval; null where it is not
 * @throws what the vault answered, where it does not give the value any more: it is forgotten then
 */
export const checkValue = async (
  deps: CheckDependencies,
  cached: CachedValue,
  about: ValueCheck,
): Promise<{ readonly cause: unknown } | null> => {
  const limit = about.checkSeconds * 1000;
  const age = deps.cache.now() - cached.askedAt;
  const asksFirst = limit === 0 || age >= limit;
  let isSlow = false;
  if (asksFirst || age >= limit / 2) {
    cached.check ??= check(deps, cached, about).finally(() => {
      cached.check = null;
    });
    // who uses it next is told
    cached.check.catch(() => undefined);
    if (asksFirst) isSlow = !(await endsInTime(cached.check, deps.wait));
  }
  if (deps.cache.now() - cached.confirmedAt < limit) return null;
  if (isSlow) return { cause: new PluginFailure('timed-out') };
  return cached.problem === null ? null : { cause: cached.problem };
};

const endsInTime = async (check: Promise<void>, wait: CheckDependencies['wait'] = delayed): Promise<boolean> => {
  const ended = new AbortController();
  const late = wait(patienceMilliseconds, ended.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([check.then(() => true), late]);
  } finally {
    ended.abort();
  }
};

const delayed = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal });

const check = async (
  { cache, log }: CheckDependencies,
  cached: CachedValue,
  { algorithmId, version, read }: ValueCheck,
): Promise<void> => {
  const { secretId } = cached;
  try {
    const current = await version();
    if (current !== cached.version) {
      // the version was asked for first: a change in between is seen at the next check
      const secret = await read();
      Object.assign(cached, { value: secret.getValue(), version: current, expiresAt: cache.expiryOf(secret.getTtl()) });
      cache.changed(algorithmId);
    }
    Object.assign(cached, { confirmedAt: cache.now(), problem: null });
  } catch (error) {
    if (isAnswerOfVault(error)) {
      cache.forget(algorithmId, secretId);
      throw error;
    }
    // what was read before still serves, as the vault does not say otherwise
    cached.problem = error;
    log.warn({ secretId, error: errorName(error) }, 'a vault could not be asked whether a value changed');
  } finally {
    cached.askedAt = cache.now();
  }
};
