import { ConfigurationError } from '../errors.ts';

/** Values by key, as the host passes them to `create`. */
export type ConfigurationMap = ReadonlyMap<string, string>;

/** With a fallback a key is optional. It is returned as it is, and may be undefined. */
export interface Fallback<F> {
  readonly fallback?: F;
}

/** The value, or undefined. An empty one counts as missing: forms send one for a field that was not filled in. */
export const optional = (config: ConfigurationMap, key: string): string | undefined => {
  const value = config.get(key);
  return value === '' ? undefined : value;
};

/** @throws {ConfigurationError} `missing` */
export const required = (config: ConfigurationMap, key: string): string => {
  const value = optional(config, key);
  if (value === undefined) throw new ConfigurationError(key, 'is missing', { reason: 'missing' });
  return value;
};

/**
 * What `parse` makes of the value, or the fallback where there is no value.
 * @throws {ConfigurationError} `missing` where there is neither
 */
export const parsed = <T, F>(
  config: ConfigurationMap,
  key: string,
  options: Fallback<F>,
  parse: (text: string) => T,
): T | F => {
  // the caller's own type says whether it is there
  if ('fallback' in options && optional(config, key) === undefined) return options.fallback as F;
  return parse(required(config, key));
};
