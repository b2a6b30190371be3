import { FakeVault } from '@secret-store/provider-vault/testing';

/** The old store's providers have this address. No system gives this port to a program that asks for any free one. */
const port = 18_210;

/** What the worker of the old store signs in with, and only the worker. */
export const workerLogin = { role_id: 'the-workers-role', secret_id: 'the-workers-secret-id' };

const readOnly = { 'secret/data/*': ['read'], 'secret/metadata/*': ['read'] } as const;

/** The vault of the old store, empty. */
export const startOldVault = async (): Promise<FakeVault> => {
  const vault = await FakeVault.start({ port });
  const refusal = { status: 400, body: { errors: ['invalid role or secret ID'] } };
  vault.logins.roles.push({ mount: 'approle', body: workerLogin, refusal, token: { rules: readOnly } });
  return vault;
};

/** An entry of the vault with all its versions, as the requests that wrote it. */
export interface VaultWrite {
  readonly target: string;
  readonly body: string;
}

const asRoot = (vault: FakeVault, method: string, target: string, body = '') =>
  vault.answer({ method, target, headers: { 'x-vault-token': vault.token }, body });

export const hasEntry = (vault: FakeVault, target: string): boolean =>
  asRoot(vault, 'GET', target.replace('/data/', '/metadata/')).status === 200;

/** The writes of all entries that the vault still has. */
export const writesOf = (vault: FakeVault): VaultWrite[] =>
  vault.requests
    .filter(({ method, target }) => method !== 'GET' && target.includes('/data/') && hasEntry(vault, target))
    .map(({ target, body }) => ({ target, body }));

/** @throws when the vault does not take a write */
export const writeAgain = (vault: FakeVault, writes: readonly VaultWrite[]): void => {
  for (const { target, body } of writes) {
    const { status } = asRoot(vault, 'POST', target, body);
    if (status !== 200) throw new Error(`the vault answered ${status} to a write to ${target}`);
  }
};
