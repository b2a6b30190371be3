import { ConfigurationError } from '@secret-store/provider-sdk';
import { type ConfigurationMap, optional, required, word } from '@secret-store/provider-sdk/configuration';
import type { Credentials } from './credentials.ts';

/** One way to authenticate. */
export interface AuthenticationMethod {
  /** As `vault_auth_method` names it. */
  readonly name: string;
  /** The configuration keys that only this method uses. */
  readonly keys: readonly string[];
  /**
   * @param mount `vault_auth_path`, if it was given
   * @throws {ConfigurationError} naming the key that is missing or invalid
   */
  read(config: ConfigurationMap, mount: readonly string[] | undefined): Credentials;
}

/** https://developer.hashicorp.com/vault/docs/auth */
export const authenticationMethods: readonly AuthenticationMethod[] = [
  {
    name: 'token',
    keys: ['vault_token'],
    read: (config, mount) => {
      if (mount)
        throw new ConfigurationError(
          'vault_auth_path',
          'has no effect with a token, which does not log in: remove it',
          { reason: 'conflict' },
        );
      return { token: word(config, 'vault_token') };
    },
  },
  {
    name: 'approle',
    keys: ['vault_role_id', 'vault_secret_id'],
    read: (config, mount = ['approle']) => ({
      mount,
      body: {
        role_id: word(config, 'vault_role_id'),
        // a role with bind_secret_id=false needs none
        ...(optional(config, 'vault_secret_id') !== undefined && { secret_id: word(config, 'vault_secret_id') }),
      },
      fromFile: false,
    }),
  },
  {
    name: 'kubernetes',
    keys: ['vault_kubernetes_role', 'vault_kubernetes_token'],
    read: (config, mount = ['kubernetes']) => ({
      mount,
      body: { role: required(config, 'vault_kubernetes_role'), jwt: word(config, 'vault_kubernetes_token') },
      fromFile: true,
    }),
  },
  {
    name: 'jwt',
    keys: ['vault_jwt_role', 'vault_jwt'],
    read: (config, mount = ['jwt']) => ({
      mount,
      body: { role: required(config, 'vault_jwt_role'), jwt: word(config, 'vault_jwt') },
      fromFile: true,
    }),
  },
];
