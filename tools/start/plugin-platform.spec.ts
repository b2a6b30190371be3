import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readPluginModule, writeModuleFile } from '@secret-store/plugin-host';
import { FakeVault } from '@secret-store/provider-vault/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LaunchedStore } from './testing/launched-store.ts';
import { StoreClient } from './testing/store-client.ts';

const root = path.resolve(import.meta.dirname, '../..');
const modulePath = path.join(root, 'dist/plugins/secret-store-provider-vault.tgz');
const folder = 'secret/platform';

let store: LaunchedStore;
let vault: FakeVault;
let scratch: string;
let client: StoreClient;
let names = 0;

const addProvider = (configuration: Record<string, string>, workerConfiguration?: Record<string, string>) =>
  client.addVaultProvider({
    name: `Vault ${names++}`,
    configuration: { vault_addr: vault.address, vault_secret_path: folder, ...configuration },
    ...(workerConfiguration && { workerConfiguration }),
  });

/** The same module with extra bytes at the end, like a new version. */
const nextVersion = async (change: (source: string) => string) => {
  const { packageJson, entryName, entry } = await unpacked();
  return writeModuleFile(
    new Map([
      ['package.json', packageJson],
      [entryName, Buffer.from(change(Buffer.from(entry).toString()))],
    ]),
  );
};

const unpacked = async () => {
  const directory = await mkdtemp(path.join(scratch, 'module-'));
  await promisify(execFile)('tar', ['-xzf', modulePath, '-C', directory]);
  const packageJson = await readFile(path.join(directory, 'package/package.json'));
  const { manifest, entry } = await readPluginModule(await readFile(modulePath));
  return { packageJson, entryName: manifest.entry, entry };
};

describe('the plugin platform, with a worker that reads', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'secret-store-platform-'));
    vault = await FakeVault.start();
    store = await LaunchedStore.create();
    await store.start();
    client = new StoreClient(store, 'platform');
    await client.createAlgorithm();
  });
  afterAll(async () => {
    await store.remove();
    await vault.close();
    await rm(scratch, { recursive: true, force: true });
  });

  it('the backend writes with a token that may not read, the worker reads with one that may not write', async () => {
    const writeOnly = vault.tokens.make({
      rules: {
        'secret/data/platform/*': ['create', 'update'],
        'secret/metadata/platform/*': ['read', 'delete'],
      },
    });
    const readOnly = vault.tokens.make({
      rules: { 'secret/data/platform/*': ['read'], 'secret/metadata/platform/*': ['read'] },
    });
    const providerId = await addProvider({ vault_token: writeOnly }, { vault_token: readOnly });
    expect(await client.upload(providerId, await readFile(modulePath))).toMatchObject({ state: 'active' });
    const id = await client.identified(
      await client.createSecret(providerId, 'TWO_CREDENTIALS', { secret_value: 'first' }),
    );
    expect(await client.printenv('TWO_CREDENTIALS')).toBe('first');
    await client.identified(await client.updateSecret(id, 'TWO_CREDENTIALS', 'second'));
    expect(await client.printenv('TWO_CREDENTIALS')).toBe('second');
    const reads = vault.requests.filter(
      ({ method, target, headers }) =>
        method === 'GET' && target.includes('/data/') && headers['x-vault-token'] === writeOnly,
    );
    expect(reads).toEqual([]);
  });

  it('a worker whose token may not read prevents a module from becoming active, and the answer says why', async () => {
    const writeOnly = vault.tokens.make({
      rules: { 'secret/data/platform/*': ['create', 'update'], 'secret/metadata/platform/*': ['read', 'delete'] },
    });
    const providerId = await addProvider({ vault_token: writeOnly });
    expect(await client.upload(providerId, await readFile(modulePath))).toMatchObject({
      state: 'failed',
      step: 'read',
      message: expect.stringContaining('denied access'),
    });
  });

  it('a module is replaced, fails to be replaced and is rolled back without a failing read', async () => {
    const providerId = await addProvider({ vault_token: vault.token });
    expect(await client.upload(providerId, await readFile(modulePath))).toMatchObject({ state: 'active' });
    await client.identified(await client.createSecret(providerId, 'STEADY', { secret_value: 'steady' }));
    let done = false;
    const reading = (async () => {
      let reads = 0;
      while (!done) {
        expect(await client.printenv('STEADY')).toBe('steady');
        reads += 1;
      }
      return reads;
    })();
    const broken = await nextVersion((source) =>
      source.replace('async getSecretVersion(', 'async getSecretVersionGone('),
    );
    const next = await nextVersion((source) => `${source}\n// the next version\n`);
    const [refused, replaced] = [await client.upload(providerId, broken), await client.upload(providerId, next)];
    const back = await (await client.call('POST', `/v1/admin/plugins/secret-provider/${providerId}/previous`)).json();
    done = true;
    expect(await reading).toBeGreaterThan(0);
    expect(refused).toMatchObject({ state: 'failed', step: 'read' });
    expect([replaced, back]).toMatchObject([{ state: 'active' }, { state: 'active' }]);
    expect(await client.printenv('STEADY')).toBe('steady');
  });

  it('a reference is read from its own place in the vault, seconds after it changes there', async () => {
    const providerId = await addProvider({ vault_token: vault.token, vault_reference_path: 'secret/team' });
    expect(await client.upload(providerId, await readFile(modulePath))).toMatchObject({ state: 'active' });
    const put = (value: string) =>
      fetch(`${vault.address}/v1/secret/data/team/database`, {
        method: 'POST',
        headers: { 'x-vault-token': vault.token, 'content-type': 'application/json' },
        body: JSON.stringify({ data: { password: value } }),
      });
    await put('kept by others');
    const refer = (secret_reference: string) => client.createSecret(providerId, 'REFERRED', { secret_reference });
    const outside = await refer(`${folder}/somebody-elses`);
    expect([outside.status, await outside.text()]).toEqual([400, expect.stringContaining('8001')]);
    const id = await client.identified(await refer('secret/team/database#password'));
    expect(await client.printenv('REFERRED')).toBe('kept by others');
    await put('changed by others');
    expect(await client.printenv('REFERRED')).toBe('changed by others');
    expect((await client.call('DELETE', `${client.secretsPath}/${id}`)).status).toBe(204);
    const still = await fetch(`${vault.address}/v1/secret/data/team/database`, {
      headers: { 'x-vault-token': vault.token },
    });
    expect(still.status).toBe(200);
  });
});
