import { ConfigurationError } from '@secret-store/provider-sdk';
import { type AuthenticationMethod, authenticationMethods as methods } from './authentication-methods.ts';
import { type ConfigurationMap, given } from './configuration-keys.ts';
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
  const mount = given(config, 'vault_auth_path');
  return method.read(config, mount === undefined ? undefined : authMount(mount));
};

const chosenMethod = (config: ConfigurationMap): AuthenticationMethod => {
  const named = given(config, 'vault_auth_method');
  if (named !== undefined) {
    const method = methods.find(({ name }) => name === named);
    if (method) return method;
    throw new ConfigurationError('vault_auth_method', `must be one of ${methods.map(({ name }) => name).join(', ')}`, {
      reason: 'not-a-choice',
    });
  }
  const method = methods.find((one) => givenKeys(config, one).length > 0);
  if (method) return method;
  throw new ConfigurationError('vault_token', 'is missing: give a token, or the keys of another way to log in', {
    reason: 'missing',
  });
};

const givenKeys = (config: ConfigurationMap, method: AuthenticationMethod): string[] =>
  method.keys.filter((key) => given(config, key) !== undefined);

/** Some people write it as the server lists it, `auth/team-approle/`. */
const authMount = (text: string): string[] => {
  const segments = parsePath('vault_auth_path', text);
  return segments.length > 1 && segments[0] === 'auth' ? segments.slice(1) : segments;
};
