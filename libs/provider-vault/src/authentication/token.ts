import { ConfigurationError } from '@secret-store/provider-sdk';
import { requiredWord } from '../configuration/configuration-keys.ts';
import type { AuthenticationMethod } from '../configuration/credentials.ts';

/** https://developer.hashicorp.com/vault/docs/auth/token */
export const tokenMethod: AuthenticationMethod = {
  name: 'token',
  keys: ['vault_token'],
  read(config, mount) {
    if (mount) throw new ConfigurationError('vault_auth_path', 'means nothing beside a token, which logs in nowhere');
    return { token: requiredWord(config, 'vault_token') };
  },
};
