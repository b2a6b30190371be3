import { ApiError, type WorkerConfigurationInput } from '@secret-store/api';
import type { Configuration } from './configuration-text.ts';

/** The workers' own values of a version to be: none, those that are sealed already, or new ones. */
export type WorkerValues =
  | { readonly kind: 'none' }
  | { readonly kind: 'kept'; readonly keys: readonly string[]; readonly sealed: unknown }
  | { readonly kind: 'given'; readonly values: Configuration };

export interface KeptWorkerValues {
  readonly workerConfigurationKeys: readonly string[];
  readonly sealedForWorkers: unknown;
}

/**
 * Nobody but a worker can open what is sealed, so it can be kept as it is, for the very place it was typed for, or replaced.
 * @param staysInPlace whether module, factory and destinations are those that it was typed for
 * @throws {ApiError} 6001 naming the keys that must be given again
 */
export const workerValuesOf = (
  stored: KeptWorkerValues,
  given: WorkerConfigurationInput | undefined,
  staysInPlace: boolean,
): WorkerValues => {
  if (given !== undefined) {
    const values = new Map(Object.entries(given ?? {}));
    return values.size === 0 ? { kind: 'none' } : { kind: 'given', values };
  }
  const keys = stored.workerConfigurationKeys;
  if (stored.sealedForWorkers === null || keys.length === 0) return { kind: 'none' };
  if (staysInPlace) return { kind: 'kept', keys, sealed: stored.sealedForWorkers };
  throw new ApiError(
    'InputValidationError',
    `The workers’ credentials are encrypted for another module or other destinations. Enter workerConfiguration again (${keys.join(', ')}), or send null to remove it.`,
    { fields: ['workerConfiguration', ...keys.map((key) => `workerConfiguration.${key}`)] },
  );
};
