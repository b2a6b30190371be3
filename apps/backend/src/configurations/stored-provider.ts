import { ApiError } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { readVersion, type StoredVersion } from './provider-version.ts';

type ProviderRow = Rows['provider'];

export interface PluginProvider extends ProviderRow {
  readonly kind: 'plugin';
  /** what it runs, or the draft that waits for its module */
  readonly active: StoredVersion;
}

interface InternalProvider extends ProviderRow {
  readonly kind: 'internal';
  readonly active: null;
}

export type StoredProvider = PluginProvider | InternalProvider;

/** Held by whatever changes the provider. */
export const providerLock = (providerId: string): string => `provider:${providerId}`;

const triesMaximum = 3;

/**
 * @throws {ApiError} 8006 when there is none
 * @throws {RowRefused} where somebody else wrote or removed one of its rows
 */
export const readProvider = async (deps: Pick<Dependencies, 'ledger'>, id: string): Promise<StoredProvider> => {
  for (let tries = 0; tries < triesMaximum; tries += 1) {
    const row = await deps.ledger.read('provider', id);
    if (row === null) throw new ApiError('SecretProviderNotFound', 'There is no secret provider with this id.');
    if (row.activeNumber === null) return { ...row, kind: 'internal', active: null };
    const active = await readVersion(deps, id, row.activeNumber);
    if (active !== null) return { ...row, kind: 'plugin', active };
    // replaced since the provider was read
  }
  throw new Error('the active version of a provider is replaced faster than it can be read');
};

/** One that can be changed. @throws {ApiError} 8006 when there is none, 8005 for the internal one */
export const readPlugin = async (deps: Pick<Dependencies, 'ledger'>, id: string): Promise<PluginProvider> => {
  const stored = await readProvider(deps, id);
  if (stored.kind === 'internal') throw internalStays();
  return stored;
};

export const internalStays = (): ApiError =>
  new ApiError(
    'CannotModifyInternalSecretProvider',
    'The internal secret provider is part of the store. Only its limit for outages can be changed: send it as it is, with ' +
      'another staleSeconds from 0 to 31536000.',
  );
