import { execFileSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeVault } from '@secret-store/provider-vault/testing';
import { LaunchedStore } from './testing/launched-store.ts';
import { StoreClient } from './testing/store-client.ts';

const modulePath = path.resolve(import.meta.dirname, '../../dist/plugins/secret-store-provider-vault.tgz');

let store: LaunchedStore;
let vault: FakeVault | null = null;

afterEach(async () => {
  vi.unstubAllEnvs();
  await store.remove();
  await vault?.close();
  vault = null;
});

/** Of an authority that nobody knows, for a name that is not this machine's. */
const makeCertificate = (directory: string) => {
  const file = (name: string) => path.join(directory, name);
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=secrets.example.com', '-addext', 'subjectAltName=DNS:secrets.example.com'];
  execFileSync('openssl', [...request, ...subject, '-keyout', file('tls.key'), '-out', file('tls.crt')], {
    stdio: 'ignore',
  });
  return { SECRET_STORE_TLS_CERT: file('tls.crt'), SECRET_STORE_TLS_KEY: file('tls.key') };
};

const publicUrl = 'https://secrets.example.com/store/';

describe('the worker that npm start starts', { timeout: 300_000 }, () => {
  it('delivers and helps with an upload where nobody can reach the public URL from here', async () => {
    store = await LaunchedStore.create();
    await store.start({ SECRET_STORE_PUBLIC_URL: publicUrl, SECRET_STORE_PLUGIN_ISOLATION: 'auto' });
    vault = await FakeVault.start();
    const client = new StoreClient(store, 'behind-a-proxy');
    const providerId = await client.addVaultProvider({
      name: 'Vault',
      configuration: { vault_addr: vault.address, vault_token: vault.token, vault_secret_path: 'secret/store' },
    });
    expect(await client.upload(providerId, await readFile(modulePath))).toMatchObject({ state: 'active' });
    await client.createAlgorithm();
    await client.identified(await client.createSecret(providerId, 'KEY', { secret_value: 'a-value' }));
    expect(await client.printenv('KEY')).toBe('a-value');
    const folder = await stat(path.join(store.dataDirectory, 'run'));
    expect(folder.mode & 0o777).toBe(0o700);
  });

  it.each([
    ['0.0.0.0', 'https://127.0.0.1'],
    ['[::1]', 'https://[::1]'],
  ])('delivers where the store listens on %s with a certificate of another name', async (host, site) => {
    // only this test asks over it
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    store = await LaunchedStore.create({ site });
    const tls = makeCertificate(store.dataDirectory);
    await store.start({
      SECRET_STORE_HOST: host,
      SECRET_STORE_PLUGIN_ISOLATION: 'auto',
      SECRET_STORE_PUBLIC_URL: publicUrl,
      ...tls,
    });
    const client = new StoreClient(store, 'with-a-certificate');
    await client.createAlgorithm();
    const internal = '00000000-0000-7000-8000-000000000001';
    await client.identified(await client.createSecret(internal, 'KEY', { secret_value: 'a-value' }));
    expect(await client.printenv('KEY')).toBe('a-value');
  });
});
