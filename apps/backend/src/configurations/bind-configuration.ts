import { ApiError } from '@secret-store/api';
import { destinationsOf, type PluginModule, secretKeysOf } from '@secret-store/plugin-host';
import {
  encryptConfiguration,
  seal,
  sealedRecordSchema,
  type ConfigurationBinding,
  type EncryptedConfiguration,
  type SealedRecord,
  type WorkerConfigurationBinding,
} from '@secret-store/sealing';
import { poolRecipients } from '../workers/pools/pool-recipients.ts';
import { type ConfigurationPoolDependencies, configurationPools } from '../sets/configuration-pools.ts';
import { encodeConfiguration, type Configuration } from './configuration-text.ts';
import type { WorkerValues } from './worker-values.ts';

const configurationBytesMaximum = 1024 * 1024;

export interface BoundConfiguration {
  readonly boundRevision: number;
  readonly configurationKeys: string[];
  readonly encrypted: EncryptedConfiguration;
  readonly sealed: SealedRecord | null;
  readonly workerConfigurationKeys: string[];
  readonly sealedForWorkers: SealedRecord | null;
}

interface Place {
  readonly providerId: string;
  readonly boundRevision: number;
  readonly factoryClassName: string;
  /** null before one is there, or while its destinations are not known */
  readonly active: { readonly module: PluginModule; readonly destinations: readonly string[] } | null;
}

export interface ConfigurationValues {
  readonly configuration: Configuration;
  readonly workers: WorkerValues;
}

type BindingDependencies = ConfigurationPoolDependencies;

/** Encrypts for this backend and, where a module is there, seals to the workers; both for this place alone. */
export const bindConfiguration = async (
  deps: BindingDependencies,
  place: Place,
  values: ConfigurationValues,
): Promise<BoundConfiguration> => {
  const { configuration, workers } = values;
  const binding = bindingFor(place);
  const draft = {
    type: 'provider-configuration-draft',
    providerId: place.providerId,
    revision: place.boundRevision,
  } as const;
  const encrypted = await withBytes(configuration, async (bytes) =>
    encryptConfiguration(deps.keys.keyRing, binding ?? draft, bytes),
  );
  return {
    boundRevision: place.boundRevision,
    configurationKeys: [...configuration.keys()].sort(),
    encrypted,
    sealed: binding && (await sealToWorkers(deps, binding, sharedWithWorkers(place, values))),
    workerConfigurationKeys:
      workers.kind === 'kept' ? [...workers.keys] : workers.kind === 'given' ? [...workers.values.keys()].sort() : [],
    sealedForWorkers: await sealForWorkers(deps, place, values),
  };
};

const bindingFor = ({ providerId, boundRevision, factoryClassName, active }: Place): ConfigurationBinding | null =>
  active && {
    type: 'provider-configuration',
    providerId,
    revision: boundRevision,
    moduleSha256: active.module.sha256,
    factoryClassName,
    destinations: [...active.destinations],
  };

/** Where workers have credentials of their own, they get none of the backend's. */
const sharedWithWorkers = (
  { factoryClassName, active }: Place,
  { configuration, workers }: ConfigurationValues,
): Configuration => {
  if (workers.kind === 'none' || !active) return configuration;
  const own = workers.kind === 'kept' ? workers.keys : [...workers.values.keys()];
  const withheld = new Set([...own, ...secretKeysOf(active.module, factoryClassName)]);
  return new Map([...configuration].filter(([key]) => !withheld.has(key)));
};

const sealForWorkers = async (
  deps: BindingDependencies,
  place: Place,
  { configuration, workers }: ConfigurationValues,
) => {
  if (workers.kind === 'none') return null;
  if (workers.kind === 'kept') return sealedRecordSchema.parse(workers.sealed);
  const { providerId, boundRevision, factoryClassName, active } = place;
  const binding: WorkerConfigurationBinding = active
    ? {
        type: 'provider-worker-configuration',
        providerId,
        revision: boundRevision,
        moduleSha256: active.module.sha256,
        factoryClassName,
        destinations: destinationsOf(active.module, factoryClassName, new Map([...configuration, ...workers.values])),
      }
    : { type: 'provider-worker-configuration-draft', providerId, revision: boundRevision, factoryClassName };
  return sealToWorkers(deps, binding, workers.values);
};

const sealToWorkers = (
  deps: BindingDependencies,
  binding: ConfigurationBinding | WorkerConfigurationBinding,
  values: Configuration,
): Promise<SealedRecord> =>
  withBytes(values, async (value) =>
    seal({
      value,
      binding,
      recipients: await poolRecipients(deps, await configurationPools(deps, binding.providerId)),
      signer: deps.keys.signer,
    }),
  );

const withBytes = async <T>(values: Configuration, use: (bytes: Uint8Array) => Promise<T>): Promise<T> => {
  const bytes = encodeConfiguration(values);
  try {
    if (bytes.length > configurationBytesMaximum) {
      throw new ApiError('InputValidationError', 'configuration is too large: at most 1 MiB in all.', {
        field: 'configuration',
      });
    }
    return await use(bytes);
  } finally {
    bytes.fill(0);
  }
};
