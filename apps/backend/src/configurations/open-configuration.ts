import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '@secret-store/api';
import { destinationsOf, type PluginModule } from '@secret-store/plugin-host';
import { decryptConfiguration, SealingError, type ConfigurationBinding } from '@secret-store/sealing';
import { systemActor } from '../audit/audit-entry.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { requireActivated } from './activation.ts';
import { decodeConfiguration, type Configuration } from './configuration-text.ts';
import type { StoredVersion } from './provider-version.ts';
import type { PluginProvider } from './stored-provider.ts';
import { verifyOwnRecord } from '../workers/pools/verify-own-record.ts';

type OpeningDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'log' | 'pools'>;

/** Somebody changed the rows: the configuration is not the one that was saved for this module and these destinations. */
const refuse = async (deps: OpeningDependencies, providerId: string, cause: unknown): Promise<never> => {
  deps.log.error(
    { providerId },
    'the stored configuration of a provider does not belong to its module or destinations',
  );
  await change(deps, async (changes) => {
    changes.audit({
      actor: systemActor,
      action: 'provider.integrity-failure',
      subject: { type: 'provider', id: providerId },
      details: {},
    });
  });
  throw new ApiError(
    'SecretProviderFailed',
    'The stored configuration does not match the stored module. Enter all configuration values again.',
    { cause },
  );
};

/** What the signature of this store says that the configuration was saved for. Null before a module was there. */
export const bindingOf = async (
  deps: Pick<Dependencies, 'keys' | 'ledger' | 'pools'>,
  stored: Pick<StoredVersion, 'sealed'>,
): Promise<ConfigurationBinding | null> => {
  if (stored.sealed === null) return null;
  const { binding } = await verifyOwnRecord(deps, stored.sealed);
  if (binding.type !== 'provider-configuration') throw new SealingError('BAD_BINDING', 'not a provider configuration');
  return binding;
};

const isBoundTo = (binding: ConfigurationBinding, stored: StoredVersion): boolean =>
  binding.providerId === stored.providerId &&
  binding.revision === stored.boundRevision &&
  binding.moduleSha256 === stored.moduleSha256 &&
  binding.factoryClassName === stored.factoryClassName;

const decrypt = ({ keys }: Pick<Dependencies, 'keys'>, stored: StoredVersion, binding: ConfigurationBinding | null) => {
  if (binding && !isBoundTo(binding, stored)) {
    throw new SealingError('BAD_BINDING', 'the configuration was saved for another version');
  }
  const { providerId, boundRevision: revision, encrypted } = stored;
  const draft = { type: 'provider-configuration-draft', providerId, revision } as const;
  const bytes = decryptConfiguration(keys.keyRing, binding ?? draft, encrypted);
  try {
    return decodeConfiguration(bytes);
  } finally {
    bytes.fill(0);
  }
};

/**
 * The configuration, only when it was saved for this provider, bound revision, module, factory and these destinations.
 * @throws {ApiError} 8009 otherwise; it is noted in the audit
 */
export const openConfiguration = async (
  deps: OpeningDependencies,
  stored: StoredVersion,
  module: PluginModule | null,
): Promise<Configuration> => {
  try {
    const binding = await bindingOf(deps, stored);
    const configuration = decrypt(deps, stored, binding);
    if (binding && module) {
      const destinations = destinationsOf(module, stored.factoryClassName, configuration);
      if (!isDeepStrictEqual(destinations, [...binding.destinations])) {
        throw new SealingError(
          'BAD_BINDING',
          'the module reaches other destinations than the configuration was saved for',
        );
      }
    }
    return configuration;
  } catch (error) {
    return refuse(deps, stored.providerId, error);
  }
};

/**
 * The configuration of a provider that has a module: only the one that this backend activated.
 * @throws {ApiError} 8009 otherwise; it is noted in the audit
 */
export const openInForce = async (
  deps: OpeningDependencies,
  { activation, active }: PluginProvider,
  module: PluginModule,
): Promise<Configuration> => {
  try {
    await requireActivated(deps, activation, active);
  } catch (error) {
    return refuse(deps, active.providerId, error);
  }
  return openConfiguration(deps, active, module);
};
