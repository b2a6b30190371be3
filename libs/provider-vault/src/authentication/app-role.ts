import { requiredWord } from '../configuration/configuration-keys.ts';
import type { AuthenticationMethod } from '../configuration/credentials.ts';

/** https://developer.hashicorp.com/vault/docs/auth/approle */
export const appRoleMethod: AuthenticationMethod = {
  name: 'approle',
  keys: ['vault_role_id', 'vault_secret_id'],
  read(config, mount = ['approle']) {
    const body = {
      role_id: requiredWord(config, 'vault_role_id'),
      secret_id: requiredWord(config, 'vault_secret_id'),
    };
    return { mount, body, fromFile: false };
  },
};
