import { cacheKey } from '../cache/plugin-value-cache.ts';
import { acceptConfiguration, type AcceptedConfiguration } from './accept-configuration.ts';
import type { AcceptedDelivery } from './accept-delivery.ts';
import { readAll } from './read-all.ts';
import { readInternalValue } from './read-internal-value.ts';
import { readPluginValue } from './read-plugin-value.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';

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
  const environment = await readAll(secrets, {
    internal: (entry) => readInternalValue(deps, delivery, entry),
    plugin: async (entry, signal) =>
      readPluginValue(deps, delivery, await configurationOf(entry.providerId), entry, signal),
  });
  await forgetOldValues(deps, delivery, configurations);
  deps.log.info(
    { algorithmId, set: number, secrets: secrets.length, milliseconds: Math.round(performance.now() - started) },
    'resolved',
  );
  return environment;
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
