import {
  type ConfigurationBinding,
  requireSealedRecord,
  type SealedRecord,
  SealingError,
  type WorkerConfigurationBinding,
} from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';

/** What the backend sent, not verified yet. */
export interface OfferedConfiguration {
  readonly sealedConfiguration?: unknown;
  readonly sealedWorkerConfiguration?: unknown;
}

/** What the backend's signature names. */
export interface NamedConfiguration {
  readonly providerId: string;
  /** null: the internal provider, which has none */
  readonly configurationHash: string | null;
  /** null: workers have no credentials of their own */
  readonly workerConfigurationHash: string | null;
}

export interface Sealed<Binding> {
  readonly record: SealedRecord;
  /** of the record: it says that this is the record that was named, no matter which part of the store sealed it */
  readonly hash: string;
  readonly binding: Binding;
}

/** Verified but still sealed: exactly the records that were named, for the same provider, module and factory. */
export interface ProviderConfiguration {
  readonly base: Sealed<ConfigurationBinding>;
  /** the workers' own values, which override the base */
  readonly overlay: Sealed<WorkerConfigurationBinding> | null;
}

/** @throws {ResolveFailure | SealingError} when the records are not the ones that were named */
export const verifyConfiguration = (
  offered: OfferedConfiguration,
  named: NamedConfiguration,
): ProviderConfiguration => {
  const { providerId, configurationHash, workerConfigurationHash } = named;
  if (configurationHash === null) throw refusal(`the backend signed no configuration for provider ${providerId}`);
  const base = baseOf(recordNamed(configurationHash, offered.sealedConfiguration, providerId), providerId);
  if (workerConfigurationHash === null) return { base, overlay: null };
  const overlay = recordNamed(workerConfigurationHash, offered.sealedWorkerConfiguration, providerId);
  return { base, overlay: overlayOf(overlay, base.binding) };
};

type NamedRecord = Omit<Sealed<never>, 'binding'>;

const recordNamed = (hash: string, offered: unknown, providerId: string): NamedRecord => {
  if (offered === undefined || offered === null)
    throw refusal(`the backend left out a configuration of provider ${providerId}`);
  try {
    return { record: requireSealedRecord({ record: offered, hash }), hash };
  } catch (error) {
    if (!(error instanceof SealingError && error.code === 'BAD_HASH')) throw error;
    throw refusal(`the backend sent another configuration for provider ${providerId} than the one it signed`);
  }
};

const baseOf = ({ record, hash }: NamedRecord, providerId: string): Sealed<ConfigurationBinding> => {
  const { binding } = record;
  if (binding.type !== 'provider-configuration' || binding.providerId !== providerId) {
    throw refusal(`the backend sent the configuration of another provider for provider ${providerId}`);
  }
  return { record, hash, binding };
};

const overlayOf = ({ record, hash }: NamedRecord, base: ConfigurationBinding): Sealed<WorkerConfigurationBinding> => {
  const { binding } = record;
  const isForWorkers =
    binding.type === 'provider-worker-configuration' || binding.type === 'provider-worker-configuration-draft';
  if (!isForWorkers || binding.providerId !== base.providerId) {
    throw refusal(
      `the workers' own configuration that the backend sent for provider ${base.providerId} belongs to something else`,
    );
  }
  // sealed before a module was uploaded: the base alone says which module to run
  const isForModule =
    binding.type === 'provider-worker-configuration-draft' || binding.moduleSha256 === base.moduleSha256;
  if (!isForModule || binding.factoryClassName !== base.factoryClassName) {
    throw refusal(`the workers' own configuration of provider ${base.providerId} is sealed for another module`);
  }
  return { record, hash, binding };
};

const refusal = (message: string) => new ResolveFailure(exitCode.unavailable, message);
