import { ApiError } from '@secret-store/api';
import { ModuleDescription } from '@secret-store/plugin-host';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';

const StoredProvider = z.object({
  id: z.uuid(),
  kind: z.enum(['internal', 'plugin']),
  factoryClassName: z.string(),
  moduleSha256: z.string().nullable(),
  moduleName: z.string().nullable(),
  /** what the active module says of itself; null without one, and where somebody changed the row */
  manifest: ModuleDescription.nullable().catch(null),
  isEnabled: z.boolean(),
  isDefault: z.boolean(),
  wantsDefault: z.boolean(),
  activationNumber: z.int(),
  activation: z.unknown(),
  boundRevision: z.int().nullable(),
  configurationKeys: z.array(z.string()).nullable(),
  encrypted: z.unknown(),
  sealed: z.unknown(),
  workerConfigurationKeys: z.array(z.string()).nullable(),
  sealedForWorkers: z.unknown(),
});
export type StoredProvider = z.infer<typeof StoredProvider>;

/** Provider, module's manifest and configuration in one statement, so that they are of the same moment. */
const statement = `select p.id, p.kind, p."factoryClassName", p."moduleSha256", p."moduleName", m.manifest, p."isEnabled", p."isDefault",
    p."wantsDefault", p.revision as "activationNumber", p.activation, c.revision as "boundRevision", c."configurationKeys",
    c.encrypted, c.sealed, c."workerConfigurationKeys", c."sealedForWorkers"
  from provider p left join provider_configuration c on c."providerId" = p.id left join plugin_module m on m.sha256 = p."moduleSha256"
  where p.id = $1`;

/** Held by whatever changes the provider. */
export const providerLock = (providerId: string): string => `provider:${providerId}`;

/** @throws {ApiError} 8006 when there is none */
export const readProvider = async ({ db }: Pick<Dependencies, 'db'>, providerId: string): Promise<StoredProvider> => {
  const { rows } = await db.pool.query({ name: 'provider', text: statement, values: [providerId] });
  if (rows[0] === undefined) throw new ApiError('SecretProviderNotFound', 'There is no secret provider with this id.');
  return StoredProvider.parse(rows[0]);
};

export const refuseInternal = ({ kind }: Pick<StoredProvider, 'kind'>): void => {
  if (kind === 'internal') {
    throw new ApiError(
      'CannotModifyInternalSecretProvider',
      'The internal secret provider is part of the store and cannot be changed.',
    );
  }
};
