import { ApiError } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';

const StoredProvider = z.object({
  id: z.uuid(),
  kind: z.enum(['internal', 'plugin']),
  factoryClassName: z.string(),
  moduleSha256: z.string().nullable(),
  moduleName: z.string().nullable(),
  isEnabled: z.boolean(),
  isDefault: z.boolean(),
  wantsDefault: z.boolean(),
  revision: z.int(),
  activation: z.unknown(),
  configurationRevision: z.int().nullable(),
  configurationKeys: z.array(z.string()).nullable(),
  encrypted: z.unknown(),
  sealed: z.unknown(),
  workerConfigurationKeys: z.array(z.string()).nullable(),
  sealedForWorkers: z.unknown(),
});
export type StoredProvider = z.infer<typeof StoredProvider>;

/** Provider and configuration in one statement, so that they are of the same moment. */
const statement = `select p.id, p.kind, p."factoryClassName", p."moduleSha256", p."moduleName", p."isEnabled", p."isDefault",
    p."wantsDefault", p.revision, p.activation, c.revision as "configurationRevision", c."configurationKeys", c.encrypted,
    c.sealed, c."workerConfigurationKeys", c."sealedForWorkers"
  from provider p left join provider_configuration c on c."providerId" = p.id where p.id = $1`;

/** @throws {ApiError} 8006 when there is none */
export const readProvider = async ({ db }: Pick<Dependencies, 'db'>, providerId: string): Promise<StoredProvider> => {
  const { rows } = await db.pool.query({ name: 'provider', text: statement, values: [providerId] });
  if (rows[0] === undefined) throw new ApiError('SecretProviderNotFound', 'There is no secret provider of this id.');
  return StoredProvider.parse(rows[0]);
};

export const refuseInternal = ({ kind }: Pick<StoredProvider, 'kind'>): void => {
  if (kind === 'internal') {
    throw new ApiError('CannotModifyInternalSecretProvider', 'The internal secret provider is part of the store and cannot be changed.');
  }
};
