import { ConfigurationError } from '@secret-store/provider-sdk';

/** Values by key, as the administrator gave them. */
export type ConfigurationMap = ReadonlyMap<string, string>;

/** An empty value counts as not given: a form sends one for a field that was left alone. */
export const given = (config: ConfigurationMap, key: string): string | undefined => {
  const value = config.get(key);
  return value === '' ? undefined : value;
};

/** @throws {ConfigurationError} */
export const required = (config: ConfigurationMap, key: string): string => {
  const value = given(config, key);
  if (value === undefined) throw new ConfigurationError(key, 'is missing');
  return value;
};

/**
 * For what travels in a header or as a credential.
 * @throws {ConfigurationError} for a space, a line break and anything outside of ASCII
 */
export const requiredWord = (config: ConfigurationMap, key: string): string => {
  const value = required(config, key);
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new ConfigurationError(key, 'holds a space, a line break or another character that cannot be part of it');
  }
  return value;
};
