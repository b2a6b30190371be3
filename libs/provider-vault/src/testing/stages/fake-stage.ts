import { randomUUID } from 'node:crypto';
import type { FakeAnswer } from '../fake/fake-answer.ts';
import { FakeVault } from '../fake/fake-vault.ts';
import type { LoginName, VaultStage } from './vault-stage.ts';

const refusals: Record<LoginName, FakeAnswer> = {
  approle: { status: 400, body: { errors: ['invalid role or secret ID'] } },
  kubernetes: { status: 403, body: { errors: ['permission denied'] } },
  jwt: { status: 400, body: { errors: ['error validating token: error verifying token signature'] } },
};

export const fakeStage = async (): Promise<VaultStage & { readonly vault: FakeVault }> => {
  const vault = await FakeVault.start();
  return {
    vault,
    address: vault.address,
    rootToken: vault.token,
    path: 'secret/stage',
    path1: 'kv1/stage',
    token: (options) => Promise.resolve(vault.tokens.make(options)),
    login(method, rules) {
      const [name, credential] = [randomUUID(), randomUUID()];
      const [body, keys] = forms(name, credential)[method];
      const token = { rules, seconds: 3_600, renewable: true };
      vault.logins.roles.push({ mount: method, body, refusal: refusals[method], token });
      return Promise.resolve(keys);
    },
    namespace: () => Promise.resolve('team-a'),
    endLogins: (method) => Promise.resolve(vault.logins.end(method)),
    close: () => vault.close(),
  };
};

/** For each method, what is sent and the keys of the provider that make it so. */
const forms = (
  name: string,
  credential: string,
): Record<LoginName, [Record<string, string>, Record<string, string>]> => ({
  approle: [
    { role_id: name, secret_id: credential },
    { vault_role_id: name, vault_secret_id: credential },
  ],
  kubernetes: [
    { role: name, jwt: credential },
    { vault_kubernetes_role: name, vault_kubernetes_token: credential },
  ],
  jwt: [
    { role: name, jwt: credential },
    { vault_jwt_role: name, vault_jwt: credential },
  ],
});
