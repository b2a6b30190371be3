import { ApiError } from '@secret-store/api';
import type { PluginModule } from '@secret-store/plugin-host';
import {
  encryptConfiguration,
  seal,
  type ConfigurationBinding,
  type EncryptedConfiguration,
  type RecipientKey,
  type SealedRecord,
} from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { poolRecipients } from '../workers/pool-recipients.ts';
import { encodeConfiguration, type Configuration } from './configuration-text.ts';

const configurationBytesMaximum = 1024 * 1024;

export interface BoundConfiguration {
  readonly configurationKeys: string[];
  readonly encrypted: EncryptedConfiguration;
  readonly sealed: SealedRecord | null;
}

interface Place {
  readonly providerId: string;
  readonly revision: number;
  readonly factoryClassName: string;
  /** null before one is there, or while its destinations are not known */
  readonly active: { readonly module: PluginModule; readonly destinations: readonly string[] } | null;
}

/** The keys of every pool, each once, and the root's. */
const everyPool = async (deps: Pick<Dependencies, 'db' | 'keys' | 'log'>): Promise<RecipientKey[]> => {
  const pools = await deps.db.prisma.workerPool.findMany({ select: { id: true } });
  const recipients = (await Promise.all(pools.map(({ id }) => poolRecipients(deps, id)))).flat();
  return [...new Map(recipients.map((recipient) => [recipient.keyId, recipient])).values()];
};

/** Encrypts for this backend and, where a module is active, seals to the workers; both for this place alone. */
export const bindConfiguration = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'log'>,
  { providerId, revision, factoryClassName, active }: Place,
  configuration: Configuration,
): Promise<BoundConfiguration> => {
  const configurationKeys = [...configuration.keys()].sort();
  const value = encodeConfiguration(configuration);
  if (value.length > configurationBytesMaximum) {
    throw new ApiError('InputValidationError', 'configuration is too large: at most 1 MiB in all.', { field: 'configuration' });
  }
  try {
    if (!active) {
      const draft = { type: 'provider-configuration-draft', providerId, revision } as const;
      return { configurationKeys, encrypted: encryptConfiguration(deps.keys.keyRing, draft, value), sealed: null };
    }
    const binding: ConfigurationBinding = {
      type: 'provider-configuration',
      providerId,
      revision,
      moduleSha256: active.module.sha256,
      factoryClassName,
      destinations: [...active.destinations],
    };
    return {
      configurationKeys,
      encrypted: encryptConfiguration(deps.keys.keyRing, binding, value),
      sealed: await seal({ value, binding, recipients: await everyPool(deps), signer: deps.keys.signer }),
    };
  } finally {
    value.fill(0);
  }
};
