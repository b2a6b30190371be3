import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { FakeVault, type SeenRequest } from '@secret-store/provider-vault/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually, LaunchedStore } from './testing/launched-store.ts';
import { StoreClient } from './testing/store-client.ts';

const root = path.resolve(import.meta.dirname, '../..');
const modulePath = path.join(root, 'dist/plugins/secret-store-provider-vault.tgz');
const Listed = z.object({ results: z.array(z.object({ id: z.string(), secret_key: z.string() })) });
const writes = /^\/v1\/secret\/(?:data|metadata)\/store\/([0-9a-f-]{36})$/;

let store: LaunchedStore;
let vault: FakeVault;
let client: StoreClient;
let providerId: string;

const createSecret = (variable: string, secret_value: string) =>
  client.createSecret(providerId, variable, { secret_value });

const listed = async () => Listed.parse(await (await client.call('GET', client.secretsPath)).json()).results;

/** Ids of the secrets that the vault still has, out of all that were written to it. */
const idsInVault = () => {
  const seen = new Set(vault.requests.flatMap(({ target }) => writes.exec(target)?.[1] ?? []));
  const has = (id: string) =>
    vault.answer({
      method: 'GET',
      target: `/v1/secret/metadata/store/${id}`,
      headers: { 'x-vault-token': vault.token },
      body: '',
    }).status === 200;
  return [...seen].filter(has).sort();
};

/** Kills the backend when the vault gets the next request that changes something: before or after it is carried out. */
const killAtNextChange = (moment: 'before' | 'after') => {
  const watch = (request: SeenRequest, response: ServerResponse) => {
    if (request.method === 'GET' || !writes.test(request.target)) {
      vault.intercept(watch);
      return 'pass';
    }
    if (moment === 'after') vault.answer(request);
    process.kill(store.pidOf('backend'), 'SIGKILL');
    response.destroy();
    return 'taken';
  };
  vault.intercept(watch);
};

/** Kills the backend during a write, and waits until the store is back and has settled the write. */
const cutOff = async (moment: 'before' | 'after', write: () => Promise<Response>) => {
  const before = store.pidOf('backend');
  killAtNextChange(moment);
  await expect(write()).rejects.toThrow();
  await eventually(async () => (store.pidOf('backend') !== before && (await store.isReady()) ? true : null));
  await eventually(async () => {
    const ids = (await listed()).map(({ id }) => id).sort();
    return JSON.stringify(ids) === JSON.stringify(idsInVault()) ? true : null;
  });
};

describe('a backend killed while the Vault plugin writes', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    vault = await FakeVault.start();
    store = await LaunchedStore.create();
    await store.start();
    client = new StoreClient(store, 'crash');
    providerId = await client.addVaultProvider({
      name: 'Vault',
      // what the vault has now, and not what the worker read before the crash
      checkSeconds: 0,
      configuration: { vault_addr: vault.address, vault_token: vault.token, vault_secret_path: 'secret/store' },
    });
    expect(await client.upload(providerId, await readFile(modulePath))).toMatchObject({ state: 'active' });
    await client.createAlgorithm();
  });
  afterAll(async () => {
    await store.remove();
    await vault.close();
  });

  it.each(['before', 'after'] as const)(
    'leaves no orphan of a create that was cut off %s the vault wrote',
    async (moment) => {
      const variable = `CREATED_${moment.toUpperCase()}`;
      await cutOff(moment, () => createSecret(variable, 'first-value'));
      expect((await listed()).map(({ secret_key }) => secret_key)).not.toContain(variable);
      await client.identified(await createSecret(variable, 'second-value'));
      expect(await client.printenv(variable)).toBe('second-value');
    },
  );

  it.each([
    ['before', 'acknowledged-value'],
    ['after', 'cut-off-value'],
  ] as const)('delivers what the vault has after an update that was cut off %s it wrote', async (moment, expected) => {
    const variable = `UPDATED_${moment.toUpperCase()}`;
    const id = await client.identified(await createSecret(variable, 'first-value'));
    await client.identified(await client.updateSecret(id, variable, 'acknowledged-value'));
    await cutOff(moment, () => client.updateSecret(id, variable, 'cut-off-value'));
    expect(await client.printenv(variable)).toBe(expected);
    await client.identified(await client.updateSecret(id, variable, 'last-value'));
    expect(await client.printenv(variable)).toBe('last-value');
  });

  it.each(['before', 'after'] as const)(
    'carries a deletion through that was cut off %s the vault deleted',
    async (moment) => {
      const variable = `DELETED_${moment.toUpperCase()}`;
      const id = await client.identified(await createSecret(variable, 'first-value'));
      await cutOff(moment, () => client.call('DELETE', `${client.secretsPath}/${id}`));
      await eventually(async () => ((await listed()).some((secret) => secret.id === id) ? null : true));
      // first gone for everybody, then from the vault
      await eventually(async () => (idsInVault().includes(id) ? null : true));
    },
  );
});
