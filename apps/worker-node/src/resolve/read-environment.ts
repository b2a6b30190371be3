import type { SetEntry } from '@secret-store/sealing';
import { isOlder } from '../errors/resolve-failure.ts';
import {
  acceptConfiguration,
  type AcceptedConfiguration,
  signedStaleSeconds,
} from './accepting/accept-configuration.ts';
import type { AcceptedDelivery } from './accepting/accept-delivery.ts';
import { readAll } from './read-all.ts';
import { readInternalValue } from './read-internal-value.ts';
import { knownInPlace, type PluginReading, type ReadOptions, readPluginValue } from './read-plugin-value.ts';
import type { ResolveDependencies } from './accepting/resolve-dependencies.ts';
import { staleSecondsOf } from './stale-limit.ts';

export interface ReadEnvironment {
  readonly environment: Readonly<Record<string, string>>;
  /** of each secret, by its variable */
  readonly versions: Readonly<Record<string, number>>;
  /** of the oldest value whose vault could not be asked, in milliseconds; null: there is none */
  readonly age: number | null;
}

/**
 * Reads every value of an accepted delivery.
 * @param isKept whether the backend cannot be asked, and this is what was kept
 * @throws {VariableFailure} that names the first variable that could not be read
 */
export const readEnvironment = async (
  deps: ResolveDependencies,
  delivery: AcceptedDelivery,
  isKept = false,
): Promise<ReadEnvironment> => {
  const started = performance.now();
  const { algorithmId, number, secrets } = delivery.set;
  const readPlugin = pluginReader(deps, delivery, isKept);
  const readings = new Map<string, PluginReading>();
  const environment = await readAll(secrets, {
    internal: (entry) => readInternalValue(deps, delivery, entry),
    plugin: async (entry, signal) => {
      const reading = await readPlugin(entry, { signal });
      readings.set(entry.secretId, reading);
      return reading.value;
    },
  });
  deps.cache.keepOnly(algorithmId, new Set([...readings.values()].map(({ key }) => key)));
  deps.log.info(
    { algorithmId, set: number, secrets: secrets.length, milliseconds: Math.round(performance.now() - started) },
    'resolved',
  );
  const version = ({ secretId, version: ofSet }: SetEntry) => readings.get(secretId)?.version ?? ofSet;
  const ages = [...readings.values()].flatMap(({ stale }) => (stale === null ? [] : [stale.age]));
  return {
    environment,
    versions: Object.fromEntries(secrets.map((entry) => [entry.environmentVariable, version(entry)])),
    age: ages.length === 0 ? null : Math.max(...ages),
  };
};

/** Reads values of plugins. The configuration of each provider is accepted once. */
export const pluginReader = (deps: ResolveDependencies, delivery: AcceptedDelivery, isKept = false) => {
  const configurations = new Map<string, Promise<AcceptedConfiguration>>();
  const configurationOf = (providerId: string): Promise<AcceptedConfiguration> => {
    const accepted = configurations.get(providerId) ?? acceptConfiguration(deps, delivery, providerId);
    configurations.set(providerId, accepted);
    return accepted;
  };
  return async (entry: SetEntry, options: ReadOptions): Promise<PluginReading> => {
    const configuration = await configurationOf(entry.providerId).catch((error: unknown) => {
      if (isKept && isOlder(error)) return { outdated: error };
      throw error;
    });
    if (!('outdated' in configuration)) return readPluginValue(deps, delivery, configuration, entry, options);
    // another algorithm was given a newer configuration before the backend went away
    const staleSeconds = staleSecondsOf(entry, signedStaleSeconds(delivery, entry.providerId));
    return knownInPlace(deps, delivery, entry, { staleSeconds, cause: configuration.outdated });
  };
};
