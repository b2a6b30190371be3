import { ConfigurationError } from '@secret-store/provider-sdk';
import { type ConfigurationMap, oneOf, optional } from '@secret-store/provider-sdk/configuration';
import { type AuthenticationMethod, authenticationMethods as methods } from './authentication-methods.ts';
import { parsePath } from './parse-path.ts';
import type { Credentials } from './credentials.ts';

/**
 * The way to authenticate that the configuration describes.
 * @throws {ConfigurationError} if it describes none, an incomplete one, or two
 */
export const parseCredentials = (config: ConfigurationMap): Credentials => {
  const method = chosenMethod(config);
  for (const other of methods) {
    const stray = other === method ? undefined : givenKeys(config, other)[0];
    if (stray === undefined) continue;
    throw new ConfigurationError(
      stray,
      `is for ${other.name}, and the other keys are for ${method.name}: give one of the two`,
      { reason: 'conflict' },
    );
  }
  const mount = optional(config, 'vault_auth_path');
  return method.read(config, mount === undefined ? undefined : authMount(mount));
};

const chosenMethod = (config: ConfigurationMap): AuthenticationMethod => {
  const names = methods.map(({ name }) => name);
  const named = oneOf(config, 'vault_auth_method', names, { fallback: undefined });
  const method = methods.find((one) => (named === undefined ? givenKeys(config, one).length > 0 : one.name === named));
  if (method) return method;
  throw new ConfigurationError('vault_token', 'is missing: give a token, or the keys of another way to log in', {
    reason: 'missing',
  });
};

const givenKeys = (config: ConfigurationMap, method: AuthenticationMethod): string[] =>
  method.keys.filter((key) => optional(config, key) !== undefined);

/** Some people write it as the server lists it, `auth/team-approle/`. */
const authMount = (text: string): string[] => {
  const segments = parsePath('vault_auth_path', text);
  return segments.length > 1 && segments[0] === 'auth' ? segments.slice(1) : segments;
};
