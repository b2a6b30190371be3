import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkFactory, detectIsolation, type PluginModule, readPluginModule, startPlugin } from '@secret-store/plugin-host';
import { FakeAzure } from '@secret-store/provider-azure-key-vault/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packPlugin } from './pack-plugin.ts';

const root = path.resolve(import.meta.dirname, '../..');
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
  const plugin = await startPlugin({
    spec: {
      providerId: 'azure',
      revision: 1,
      module,
      factoryClassName,
      configuration: new Map(Object.entries({ ...azure.configuration, purge_on_delete: 'true' })),
    },
    isolation,
    sandboxDirectory,
    log,
  });
  try {
    const context = { secretId: randomUUID(), algorithmId: randomUUID(), environmentVariable: 'NAME', version: 1 };
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

test('the sandbox lets the packed Azure provider reach neither a stranger nor an address that is not configured', async () => {
  const configuration = new Map(Object.entries(azure.configuration));
  const stranger = await FakeAzure.start();
  azure.vault.intercept(() => ({ status: 307, headers: { Location: `${stranger.vault.address}/secrets/x` } }));
  const plugin = await startPlugin({
    spec: { providerId: 'azure', revision: 1, module, factoryClassName, configuration },
    isolation: full,
    sandboxDirectory,
    log,
  });
  try {
    const context = { secretId: randomUUID(), algorithmId: randomUUID(), environmentVariable: 'NAME', version: 1 };
    await expect(plugin.createSecret('value', context)).rejects.toMatchObject({ reason: 'redirected' });
    expect(stranger.vault.requests).toEqual([]);
  } finally {
    await plugin.close();
    await stranger.close();
  }
});
