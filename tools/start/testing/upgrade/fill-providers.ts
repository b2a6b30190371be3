import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FakeVault } from '@secret-store/provider-vault/testing';
import { eventually, type LaunchedStore } from '../launched-store.ts';
import { call, moduleForm, succeed } from './call-store.ts';
import { people } from './people.ts';
import { workerLogin } from './old-vault.ts';

/** Ids, by name. */
export interface OldProviders {
  /** the default one */
  readonly Vault: string;
  readonly 'Other vault': string;
  readonly 'Closed vault': string;
  readonly Draft: string;
  readonly Refused: string;
}

/** The same code with another SHA-256: the time in the gzip header, which means nothing, is another. */
const nextVersion = (module: Buffer): Buffer => {
  const next = Buffer.from(module);
  next.writeUInt32LE(1, 4);
  return next;
};

export const providersPath = '/v1/admin/secret-provider';
export const pluginsPath = '/v1/admin/plugins/secret-provider';

export const vaultProvider = (name: string, more: object) => ({
  ...{ name, description: `the provider ${name}`, factoryClassName: 'VaultSecretProviderFactory' },
  ...{ interfaceVersion: '1.0.0', isEnabled: true, isDefault: false, ...more },
});

/** Providers in each state: with a configuration and with a module before the active one, a draft, and a failed one. */
export const fillProviders = async (store: LaunchedStore, vault: FakeVault): Promise<OldProviders> => {
  const post = (where: string, body?: object) => succeed(store, people.administrator, ['POST', where], body);
  const module = await readFile(path.join(store.checkout, 'dist/plugins/secret-store-provider-vault.tgz'));
  const become = (state: string, id: string) =>
    eventually(async () => {
      const { body } = await call(store, people.administrator, ['GET', `${pluginsPath}/${id}/preparation`]);
      return body instanceof Object && 'state' in body && body.state === state ? true : null;
    });
  const upload = async (id: string, bytes: Buffer, name: string, state = 'active') => {
    await post(`${pluginsPath}/${id}`, moduleForm(bytes, name));
    await become(state, id);
  };
  const configurationAt = (vault_secret_path: string) => ({
    ...{ vault_addr: vault.address, vault_token: vault.token, vault_secret_path },
  });
  const add = (name: string, configuration: object, more: object = {}) =>
    post(providersPath, vaultProvider(name, { configuration, ...more }));

  const atMain = { ...configurationAt('secret/store'), vault_reference_path: 'secret/team' };
  const main = await add('Vault', configurationAt('secret/store'));
  await upload(main, module, 'vault.tgz');
  await post(`${providersPath}/${main}`, vaultProvider('Vault', { configuration: atMain }));
  await become('active', main);
  const changed = {
    configuration: { ...atMain, vault_request_timeout_seconds: '7' },
    workerConfiguration: { vault_role_id: workerLogin.role_id, vault_secret_id: workerLogin.secret_id },
  };
  await post(`${providersPath}/${main}`, vaultProvider('Vault', changed));
  await become('active', main);
  await post(`${pluginsPath}/${main}/default`);

  const other = await add('Other vault', configurationAt('secret/other'));
  await upload(other, module, 'vault.tgz');
  await upload(other, nextVersion(module), 'next-vault.tgz');

  const closed = await add('Closed vault', configurationAt('secret/closed'));
  await upload(closed, module, 'vault.tgz');

  const draft = await add('Draft', configurationAt('secret/draft'), { isDefault: true });
  const refused = await add('Refused', { ...configurationAt('secret/store'), vault_token: 'not-a-token' });
  await upload(refused, module, 'vault.tgz', 'failed');
  return { Vault: main, 'Other vault': other, 'Closed vault': closed, Draft: draft, Refused: refused };
};
