import { required, requiredWord } from '../configuration/configuration-keys.ts';
import type { AuthenticationMethod } from '../configuration/credentials.ts';

/** https://developer.hashicorp.com/vault/docs/auth/kubernetes */
export const kubernetesMethod: AuthenticationMethod = {
  name: 'kubernetes',
  keys: ['vault_kubernetes_role', 'vault_kubernetes_token'],
  read(config, mount = ['kubernetes']) {
    const body = {
      role: required(config, 'vault_kubernetes_role'),
      jwt: requiredWord(config, 'vault_kubernetes_token'),
    };
    return { mount, body, fromFile: true };
  },
};
