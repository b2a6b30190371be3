import { ConfigurationError } from '@secret-store/provider-sdk';

/** Values by key, as the administrator gave them. */
export type ConfigurationMap = ReadonlyMap<string, string>;

/** An empty value counts as missing: forms send one for a field that was not filled in. */
export const given = (config: ConfigurationMap, key: string): string | undefined => {
  const value = config.get(key);
  return value === '' ? undefined : value;
};

/** @throws {ConfigurationError} */
export const required = (config: ConfigurationMap, key: string): string => {
  const value = given(config, key);
  if (value === undefined) throw new ConfigurationError(key, 'is missing', { reason: 'missing' });
  return value;
};

/**
 * For text that is sent in a header or as a credential.
 * @throws {ConfigurationError} for a space, a line break and anything outside of ASCII
 */
export const requiredWord = (config: ConfigurationMap, key: string): string => {
  const value = required(config, key);
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new ConfigurationError(key, 'must not contain a space, a line break or a character outside ASCII', {
      reason: 'spaces',
    });
  }
  return value;
};
