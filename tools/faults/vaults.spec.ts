import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ProcessStore, stale, type TestSecret } from './testing/process-store.ts';
import { startFakeVault, startRealVault, type TestVault } from './testing/test-vault.ts';

// docs/faults.md is the page about what these tests prove

const root = path.resolve(import.meta.dirname, '../..');
const modulePath = path.join(root, 'dist/plugins/secret-store-provider-vault.tgz');
const { TEST_VAULT_PROGRAM: program = '' } = process.env;
const servers: readonly (readonly [string, () => Promise<TestVault>])[] = [
  ['the fake server', startFakeVault],
  ...(program === '' ? [] : [[program, () => startRealVault(program)] as const]),
];
const Identified = z.object({ id: z.string() });

describe.each(servers)('a vault, on %s, that is', (_, startVault) => {
  let store: ProcessStore;
  let vault: TestVault;
  let providerId: string;
  /** with the usual limit for outages, with one of a second, and with none */
  let kept: TestSecret;
  let short: TestSecret;
  let never: TestSecret;

  beforeAll(async () => {
    [store, vault] = await Promise.all([ProcessStore.start(), startVault()]);
    const created = await store.done('POST', '/v1/admin/secret-provider', provider(vault.tokens[0]));
    providerId = Identified.parse(created).id;
    const form = new FormData();
    form.append('provider', new Blob([new Uint8Array(await readFile(modulePath))]), 'vault.tgz');
    await store.done('POST', `/v1/admin/plugins/secret-provider/${providerId}`, form);
    const at = { provider_id: providerId };
    kept = await store.addSecret('kept', 'a value', at);
    short = await store.addSecret('short', 'a value', { ...at, stale_seconds: 1 });
    never = await store.addSecret('never', 'a value', { ...at, stale_seconds: 0 });
  });
  afterAll(async () => {
    await store.remove();
    await vault.remove();
  });

  const provider = (vault_token: string) => ({
    ...{ name: 'Vault', description: '', factoryClassName: 'VaultSecretProviderFactory', interfaceVersion: '1.0.0' },
    ...{ isEnabled: true, isDefault: false, checkSeconds: 0 },
    configuration: { vault_addr: vault.address, vault_token, vault_secret_path: 'secret/store' },
  });

  const shows = (secret: TestSecret, what: object) => expect.poll(() => store.shown(secret)).toMatchObject(what);
  const isReady = (secret: TestSecret) => shows(secret, { state: 'ready' });

  /** What the vault last confirmed runs, within its limit, and its age is said; what may not run is refused for this reason. */
  const isAway = async (reason: RegExp): Promise<void> => {
    const [first, limited, refused] = await Promise.all([store.exec('kept'), store.exec('short'), store.exec('never')]);
    expect(first).toMatchObject({ code: 0, value: 'a value', said: expect.stringMatching(stale) });
    expect(refused).toMatchObject({ code: 69, said: expect.stringMatching(/limit for outages is 0/) });
    expect(refused.said).toMatch(reason);
    if (limited.code !== 69) await expect.poll(async () => (await store.exec('short')).code).toBe(69);
    expect((await store.exec('short')).said).toMatch(/may be used for 1 s/);
  };

  const isBack = async (): Promise<void> => {
    await expect.poll(() => store.exec('kept')).toMatchObject({ code: 0, value: 'a value', said: '' });
    await expect.poll(() => store.exec('never')).toMatchObject({ code: 0, value: 'a value', said: '' });
  };

  it('sealed: what was read serves within its limit, a new value is refused, and the panel says why', async () => {
    await Promise.all([kept, short, never].map(isReady));
    await isBack();
    await vault.seal();
    await isAway(/the vault is sealed; unseal it/);
    expect(await store.change(kept, 'not taken')).toMatchObject({ status: 502, body: { error: { code: 8009 } } });
    await shows(never, { state: 'failed', reason: 'The vault is sealed; unseal it.' });
    await isReady(kept);
    await vault.unseal();
    await isBack();
    await isReady(never);
  });

  it('slow: nobody waits for it long, and the same serves', async () => {
    vault.hold();
    try {
      await isAway(/it did not answer in time/);
      expect(await store.change(kept, 'not taken')).toMatchObject({ status: 504, body: { error: { code: 8009 } } });
    } finally {
      vault.release();
    }
    await isBack();
  });

  it('rejecting its credential: nothing serves, also not in a later outage, until there is another one', async () => {
    await vault.revoke(vault.tokens[0]);
    const rejected = { code: 69, value: '', said: expect.stringMatching(/the vault rejected the credentials/) };
    expect(await store.exec('kept')).toMatchObject(rejected);
    await shows(kept, { state: 'failed', reason: expect.stringMatching(/rejected the credentials/) });

    await vault.seal();
    await Promise.all([store.backend.kill(), store.worker.kill()]);
    await store.worker.start();
    expect(await store.exec('kept')).toMatchObject({ code: 69, value: '' });
    await vault.unseal();
    await store.backend.start();
    expect(await store.exec('kept')).toMatchObject(rejected);

    const request = provider(vault.tokens[1]);
    await store.done('POST', '/api/trpc/providers.update', { providerId, request });
    await isBack();
    await isReady(kept);
  });

  it('killed: what was read serves within its limit, also after a restart of the worker', async () => {
    await vault.kill();
    await isAway(/cannot be reached|did not answer in time/);
    await store.worker.kill();
    await store.worker.start();
    await isAway(/cannot be reached|did not answer in time/);
  });
});
