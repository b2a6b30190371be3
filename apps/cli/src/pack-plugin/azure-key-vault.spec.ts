import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  checkFactory,
  detectIsolation,
  type Isolation,
  type PluginModule,
  readPluginModule,
  startPlugin,
} from '@secret-store/plugin-host';
import { FakeAzure } from '@secret-store/provider-azure-key-vault/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packPlugin } from './pack-plugin.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const sandboxDirectory = path.join(root, 'dist/libs/plugin-host');
const factoryClassName = 'AzureKeyVaultSecretProviderFactory';
const base = mkdtempSync(path.join(tmpdir(), 'pack-azure-'));
const printed: unknown[] = [];
const log = { info: (...entry: unknown[]) => printed.push(entry), warn: (...entry: unknown[]) => printed.push(entry) };
let module: PluginModule;
let azure: FakeAzure;

beforeAll(async () => {
  azure = await FakeAzure.start();
  const directory = path.join(root, 'libs/provider-azure-key-vault');
  const { file } = await packPlugin({ directory, outDirectory: base });
  module = await readPluginModule(readFileSync(file));
});

afterAll(async () => {
  await azure.close();
  rmSync(base, { recursive: true });
});

/** The full sandbox, and what is left where bubblewrap cannot run. */
const full = await detectIsolation({ setting: 'strict', sandboxDirectory });
const isolations = [full, { ...full, mode: 'permission' as const, warning: 'for the test' }];

test.each(isolations)('the packed Azure provider starts and works in the sandbox: $mode', async (isolation) => {
  await checkFactory({ module, factoryClassName, isolation, sandboxDirectory, log });
  const plugin = await start({ ...azure.configuration, purge_on_delete: 'true' }, isolation);
  try {
    const context = freshContext();
    const id = await plugin.createSecret('value-in-the-sandbox', context);
    const version = await plugin.updateSecret(id, 'next-in-the-sandbox', { ...context, version: 2 });
    expect(await plugin.getSecretVersion(id, context)).toBe(version);
    expect((await plugin.getSecret(id, context)).getValue()).toBe('next-in-the-sandbox');
    expect(await plugin.deleteSecret(id, context)).toBe(true);
    azure.vault.intercept(() => ({ status: 403, body: { error: { code: 'Forbidden', message: '' } } }));
    await expect(plugin.getSecretVersion(id, context)).rejects.toMatchObject({ reason: 'not-permitted' });
  } finally {
    await plugin.close();
  }
  expect(JSON.stringify(printed)).not.toMatch(/in-the-sandbox|fake-token|fake-client-secret/);
});

test('the packed Azure provider follows no redirect out of the sandbox', async () => {
  const stranger = await FakeAzure.start();
  azure.vault.intercept(() => ({ status: 307, headers: { Location: `${stranger.vault.address}/secrets/x` } }));
  const plugin = await start(azure.configuration);
  try {
    await expect(plugin.createSecret('value', freshContext())).rejects.toMatchObject({ reason: 'redirected' });
    expect(stranger.vault.requests).toEqual([]);
  } finally {
    await plugin.close();
    await stranger.close();
  }
});

test('the packed Azure provider gives a token to a vault that proves its domain, and to no other', async () => {
  azure.entra.audience = azure.vault.resource = 'https://vault.localhost';
  const verifying = { ...azure.configuration, verify_challenge_resource: 'true' };
  const atHome = await start({ ...verifying, vault_url: `https://store.vault.localhost:${azure.vault.port}` });
  const elsewhere = await start({ ...verifying, vault_url: `https://store.localhost:${azure.vault.port}` });
  try {
    await atHome.createSecret('value', freshContext());
    await expect(elsewhere.createSecret('value', freshContext())).rejects.toMatchObject({
      reason: 'unexpected-answer',
    });
  } finally {
    await atHome.close();
    await elsewhere.close();
  }
});

const start = (configuration: Record<string, string>, isolation: Isolation = full) =>
  startPlugin({
    spec: {
      providerId: 'azure',
      module,
      factoryClassName,
      configuration: new Map(Object.entries(configuration)),
    },
    isolation,
    sandboxDirectory,
    log,
    resolveHost: () => Promise.resolve(['127.0.0.1']),
  });

const freshContext = () => ({
  secretId: randomUUID(),
  algorithmId: randomUUID(),
  environmentVariable: 'NAME',
  version: 1,
});
