import { ApiError, type ProviderConfigurationInput } from '@secret-store/api';
import type { Configuration } from './configuration-text.ts';

export interface MergedConfiguration {
  readonly configuration: Configuration;
  /** keys whose stored value stays: nobody typed it just now */
  readonly kept: ReadonlySet<string>;
}

/** Left out keeps everything; given, it replaces the map, and `null` keeps the stored value of a key. */
export const mergeConfiguration = (
  stored: Configuration,
  given: ProviderConfigurationInput | undefined,
): MergedConfiguration => {
  if (given === undefined) return { configuration: stored, kept: new Set(stored.keys()) };
  const kept = new Set<string>();
  const configuration = new Map<string, string>();
  for (const [key, value] of Object.entries(given)) {
    const next = value ?? stored.get(key);
    if (next === undefined) {
      throw new ApiError(
        'InputValidationError',
        `configuration key ${key} has no stored value to keep. Enter a value.`,
        {
          field: `configuration.${key}`,
        },
      );
    }
    if (value === null) kept.add(key);
    configuration.set(key, next);
  }
  return { configuration, kept };
};
