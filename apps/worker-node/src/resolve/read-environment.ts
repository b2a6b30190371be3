import type { SetEntry } from '@secret-store/sealing';
import { cacheKey } from '../cache/plugin-value-cache.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { acceptConfiguration, type AcceptedConfiguration } from './accept-configuration.ts';
import type { AcceptedDelivery } from './accept-delivery.ts';
import { readInternalValue } from './read-internal-value.ts';
import { readPluginValue } from './read-plugin-value.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';
import { VariableFailure } from './variable-failure.ts';

/**
 * Reads every value of an accepted delivery.
 * @throws {VariableFailure} that names the first variable that could not be read
 */
export const readEnvironment = async (
  deps: ResolveDependencies,
  delivery: AcceptedDelivery,
): Promise<Record<string, string>> => {
  const started = performance.now();
  const { algorithmId, number, secrets } = delivery.set;
  const configurations = new Map<string, Promise<AcceptedConfiguration>>();
  const configurationOf = (providerId: string): Promise<AcceptedConfiguration> => {
    const accepted = configurations.get(providerId) ?? acceptConfiguration(deps, delivery, providerId);
    configurations.set(providerId, accepted);
    return accepted;
  };
  const environment = await readAll(secrets, (entry, signal) =>
    entry.sealedHash === null
      ? configurationOf(entry.providerId).then((configuration) =>
          readPluginValue(deps, delivery, configuration, entry, signal),
        )
      : readInternalValue(deps, delivery, entry),
  );
  await forgetOldValues(deps, delivery, configurations);
  deps.log.info(
    { algorithmId, set: number, secrets: secrets.length, milliseconds: Math.round(performance.now() - started) },
    'resolved',
  );
  return environment;
};

/** Reads all of them concurrently; the first failure ends the rest. */
const readAll = async (
  secrets: readonly SetEntry[],
  read: (entry: SetEntry, signal: AbortSignal) => Promise<string>,
): Promise<Record<string, string>> => {
  const givenUp = new AbortController();
  const readOne = async (entry: SetEntry): Promise<[string, string]> => {
    try {
      return [entry.environmentVariable, fitting(await read(entry, givenUp.signal))];
    } catch (error) {
      throw new VariableFailure(entry, error);
    }
  };
  try {
    return Object.fromEntries(await Promise.all(secrets.map(readOne)));
  } finally {
    givenUp.abort();
  }
};

/** Less than MAX_ARG_STRLEN of execve(2), which counts the name too. */
const environmentBytesMaximum = 128 * 1024 - 256;

const fitting = (value: string): string => {
  if (!value.includes('\0') && Buffer.byteLength(value) <= environmentBytesMaximum) return value;
  throw new ResolveFailure(
    exitCode.unavailable,
    'its value does not fit in an environment variable: it contains U+0000 or is too long',
  );
};

const forgetOldValues = async (
  { cache }: ResolveDependencies,
  { set }: AcceptedDelivery,
  configurations: ReadonlyMap<string, Promise<AcceptedConfiguration>>,
): Promise<void> => {
  const keys = new Set<string>();
  for (const entry of set.secrets) {
    const configuration = await configurations.get(entry.providerId);
    if (configuration) keys.add(cacheKey(entry, configuration.activationNumber));
  }
  cache.keepOnly(set.algorithmId, keys);
};
