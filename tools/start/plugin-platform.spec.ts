import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readPluginModule, writeModuleFile } from '@secret-store/plugin-host';
import { FakeVault } from '@secret-store/provider-vault/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LaunchedStore } from './testing/launched-store.ts';

const root = path.resolve(import.meta.dirname, '../..');
const modulePath = path.join(root, 'dist/plugins/secret-store-provider-vault.tgz');
const Identified = z.object({ id: z.string() });
const folder = 'secret/platform';

let store: LaunchedStore;
let vault: FakeVault;
let scratch: string;
let algorithmId: string;
let names = 0;

const call = (method: string, where: string, body?: object | FormData) =>
  fetch(`${store.origin}${where}`, {
    method,
    headers: {
      authorization: `Simple ${store.adminKey}`,
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
  });

const identified = async (answer: Response) => {
  expect(answer.status, await answer.clone().text()).toBe(200);
  return Identified.parse(await answer.json()).id;
};

const addProvider = async (configuration: Record<string, string>, workerConfiguration?: Record<string, string>) =>
  identified(
    await call('POST', '/v1/admin/secret-provider', {
      name: `Vault ${names++}`,
      description: '',
      factoryClassName: 'VaultSecretProviderFactory',
      interfaceVersion: '1.0.0',
      configuration: { vault_addr: vault.address, vault_secret_path: folder, ...configuration },
      ...(workerConfiguration && { workerConfiguration }),
      isEnabled: true,
      isDefault: false,
    }),
  );

const upload = async (providerId: string, bytes: Uint8Array): Promise<unknown> => {
  const form = new FormData();
  form.append('provider', new Blob([new Uint8Array(bytes)]), 'vault.tgz');
  return (await call('POST', `/v1/admin/plugins/secret-provider/${providerId}`, form)).json();
};

const createSecret = async (provider_id: string, secret_key: string, secret_value: string) =>
  identified(
    await call('POST', `/v1/algorithms/${algorithmId}/secrets`, {
      ...{ short_name: secret_key, description: '', owner_type: 'algorithm', owner_id: algorithmId },
      ...{ secret_key, secret_value, provider_id },
    }),
  );

// not the synchronous form: the vault answers from this process
const printenv = async (variable: string) => {
  const env = { ...process.env, SECRET_STORE_DATA_DIR: store.dataDirectory };
  const command = ['exec', 'demo/platform', '--', 'printenv', variable];
  return (await promisify(execFile)(path.join(root, 'tools/secret-store'), command, { env })).stdout.trim();
};

/** The same module with another ending, as a next version is: other bytes. */
const nextVersion = async (change: (source: string) => string) => {
  const { packageJson, entryName, entry } = await unpacked();
  return writeModuleFile(new Map([['package.json', packageJson], [entryName, Buffer.from(change(Buffer.from(entry).toString()))]]));
};

const unpacked = async () => {
  const directory = await mkdtemp(path.join(scratch, 'module-'));
  await promisify(execFile)('tar', ['-xzf', modulePath, '-C', directory]);
  const packageJson = await readFile(path.join(directory, 'package/package.json'));
  const { manifest, entry } = await readPluginModule(await readFile(modulePath));
  return { packageJson, entryName: manifest.entry, entry };
};

describe('the plugin platform, with a worker that reads', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'secret-store-platform-'));
    vault = await FakeVault.start();
    store = await LaunchedStore.create();
    await store.start();
    algorithmId = await identified(await call('POST', '/v1/algorithms', { owner: 'demo', name: 'platform' }));
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
    const readOnly = vault.tokens.make({ rules: { 'secret/data/platform/*': ['read'], 'secret/metadata/platform/*': ['read'] } });
    const providerId = await addProvider({ vault_token: writeOnly }, { vault_token: readOnly });
    expect(await upload(providerId, await readFile(modulePath))).toMatchObject({ state: 'active' });
    const id = await createSecret(providerId, 'TWO_CREDENTIALS', 'first');
    expect(await printenv('TWO_CREDENTIALS')).toBe('first');
    const changed = { short_name: 'TWO_CREDENTIALS', description: '', secret_value: 'second' };
    await identified(await call('PUT', `/v1/algorithms/${algorithmId}/secrets/${id}`, changed));
    expect(await printenv('TWO_CREDENTIALS')).toBe('second');
    const reads = vault.requests.filter(({ method, target, headers }) => method === 'GET' && target.includes('/data/') && headers['x-vault-token'] === writeOnly);
    expect(reads).toEqual([]);
  });

  it('a worker whose token may not read keeps a module from becoming active, and the answer says why', async () => {
    const writeOnly = vault.tokens.make({ rules: { 'secret/data/platform/*': ['create', 'update'], 'secret/metadata/platform/*': ['read', 'delete'] } });
    const providerId = await addProvider({ vault_token: writeOnly });
    expect(await upload(providerId, await readFile(modulePath))).toMatchObject({ state: 'failed', step: 'read', message: expect.stringContaining('permit') });
  });

  it('a module is replaced, fails to be replaced and goes back without a read that fails', async () => {
    const providerId = await addProvider({ vault_token: vault.token });
    expect(await upload(providerId, await readFile(modulePath))).toMatchObject({ state: 'active' });
    await createSecret(providerId, 'STEADY', 'steady');
    let done = false;
    const reading = (async () => {
      let reads = 0;
      while (!done) {
        expect(await printenv('STEADY')).toBe('steady');
        reads += 1;
      }
      return reads;
    })();
    const broken = await nextVersion((source) => source.replace('async getSecretVersion(', 'async getSecretVersionGone('));
    const next = await nextVersion((source) => `${source}\n// the next version\n`);
    const [refused, replaced] = [await upload(providerId, broken), await upload(providerId, next)];
    const back = await (await call('POST', `/v1/admin/plugins/secret-provider/${providerId}/previous`)).json();
    done = true;
    expect(await reading).toBeGreaterThan(0);
    expect(refused).toMatchObject({ state: 'failed', step: 'read' });
    expect([replaced, back]).toMatchObject([{ state: 'active' }, { state: 'active' }]);
    expect(await printenv('STEADY')).toBe('steady');
  });

  it('a reference is read from where others keep it, seconds after they change it', async () => {
    const providerId = await addProvider({ vault_token: vault.token, vault_reference_path: 'secret/team' });
    expect(await upload(providerId, await readFile(modulePath))).toMatchObject({ state: 'active' });
    const put = (value: string) =>
      fetch(`${vault.address}/v1/secret/data/team/database`, {
        method: 'POST',
        headers: { 'x-vault-token': vault.token, 'content-type': 'application/json' },
        body: JSON.stringify({ data: { password: value } }),
      });
    await put('kept by others');
    const refer = (secret_reference: string) =>
      call('POST', `/v1/algorithms/${algorithmId}/secrets`, {
        ...{ short_name: 'REFERRED', description: '', owner_type: 'algorithm', owner_id: algorithmId },
        ...{ secret_key: 'REFERRED', secret_reference, provider_id: providerId },
      });
    const outside = await refer(`${folder}/somebody-elses`);
    expect([outside.status, await outside.text()]).toEqual([400, expect.stringContaining('8001')]);
    const id = await identified(await refer('secret/team/database#password'));
    expect(await printenv('REFERRED')).toBe('kept by others');
    await put('changed by others');
    expect(await printenv('REFERRED')).toBe('changed by others');
    expect((await call('DELETE', `/v1/algorithms/${algorithmId}/secrets/${id}`)).status).toBe(204);
    const still = await fetch(`${vault.address}/v1/secret/data/team/database`, { headers: { 'x-vault-token': vault.token } });
    expect(still.status).toBe(200);
  });
});
