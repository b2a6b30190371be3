import { required, requiredWord } from '../configuration/configuration-keys.ts';
import type { AuthenticationMethod } from '../configuration/credentials.ts';

/** https://developer.hashicorp.com/vault/docs/auth/jwt */
export const jwtMethod: AuthenticationMethod = {
  name: 'jwt',
  keys: ['vault_jwt_role', 'vault_jwt'],
  read(config, mount = ['jwt']) {
    const body = { role: required(config, 'vault_jwt_role'), jwt: requiredWord(config, 'vault_jwt') };
    return { mount, body, fromFile: true };
  },
};
