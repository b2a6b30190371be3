import type { FakeVault } from '@secret-store/provider-vault/testing';

const ask = (vault: FakeVault, method: string, target: string, body = '') =>
  vault.answer({ method, target, headers: { 'x-vault-token': vault.token }, body });

const isThere = (vault: FakeVault, target: string) => ask(vault, 'GET', target).status === 200;

/** Writes an entry of the mount `secret`, as the vault's own users would. */
export const putEntry = (vault: FakeVault, path: string, fields: Readonly<Record<string, string>>): void => {
  ask(vault, 'POST', `/v1/secret/data/${path}`, JSON.stringify({ data: fields }));
};

export const hasEntry = (vault: FakeVault, path: string): boolean => isThere(vault, `/v1/secret/data/${path}`);

/** The entries of the mount `kv1` that requests were about and that are still there. */
export const entriesLeft = (vault: FakeVault): string[] => {
  const targets = new Set(vault.requestsTo(/^\/v1\/kv1\//).map(({ target }) => target));
  return [...targets].filter((target) => isThere(vault, target));
};
