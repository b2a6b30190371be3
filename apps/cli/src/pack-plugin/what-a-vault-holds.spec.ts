import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { detectIsolation, readPluginModule, type RunningPlugin, startPlugin } from '@secret-store/plugin-host';
import { FakeVault } from '@secret-store/provider-vault/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packPlugin } from './pack-plugin.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const sandboxDirectory = path.join(root, 'dist/libs/plugin-host');
const base = mkdtempSync(path.join(tmpdir(), 'pack-vault-'));
const log = { info: () => undefined, warn: () => undefined };
let vault: FakeVault;
let plugin: RunningPlugin;

beforeAll(async () => {
  vault = await FakeVault.start();
  const { file } = await packPlugin({ directory: path.join(root, 'libs/provider-vault'), outDirectory: base });
  const configuration = {
    ...{ vault_addr: vault.address, vault_token: vault.token },
    ...{ vault_secret_path: 'secret/store', vault_reference_path: 'secret/team' },
  };
  plugin = await startPlugin({
    spec: {
      providerId: 'vault',
      module: await readPluginModule(readFileSync(file)),
      factoryClassName: 'VaultSecretProviderFactory',
      configuration: new Map(Object.entries(configuration)),
    },
    isolation: await detectIsolation({ setting: 'strict', sandboxDirectory }),
    sandboxDirectory,
    log,
    readsOnly: true,
  });
});

afterAll(async () => {
  await plugin.close();
  await vault.close();
  rmSync(base, { recursive: true });
});

const put = async (name: string, json: string): Promise<void> => {
  const answer = await fetch(`${vault.address}/v1/secret/data/team/${name}`, {
    method: 'POST',
    headers: { 'X-Vault-Token': vault.token },
    body: json,
  });
  expect(answer.ok).toBe(true);
};

const read = async (name: string): Promise<string> => {
  const context = { secretId: randomUUID(), algorithmId: randomUUID(), environmentVariable: 'NAME', version: 1 };
  return (await plugin.getSecret({ getProviderKey: () => `ref:secret/team/${name}#value` }, context)).getValue();
};

const outcome = (name: string): Promise<string> =>
  read(name).catch((error: unknown) => String(Reflect.get(Object(error), 'reason')));

test.each([
  ['70,000 bytes', `{"data":{"value":"${'x'.repeat(70_000)}"}}`, 'value-too-large'],
  [
    '65,536 bytes in more characters than it has',
    `{"data":{"value":"${'\\u00e9'.repeat(32_769)}"}}`,
    'value-too-large',
  ],
  ['one of 1 MiB', `{"data":{"value":"${'x'.repeat(2 ** 20)}"}}`, 'value-too-large'],
  ['nothing', '{"data":{"value":""}}', 'value-empty'],
  ['a zero', '{"data":{"value":"a\\u0000b"}}', 'value-with-zero'],
  ['half a character', '{"data":{"value":"\\ud800"}}', 'value-not-unicode'],
  ['a number', '{"data":{"value":8080}}', 'value-not-text'],
  ['an object', '{"data":{"value":{"a":"b"}}}', 'value-not-text'],
  ['null', '{"data":{"value":null}}', 'value-not-text'],
])('a value that is %s fails alone', async (_what, json, reason) => {
  await put('bad', json);
  await put('good', '{"data":{"value":"ok"}}');
  const names = Array.from({ length: 18 }, (_one, at) => (at % 3 === 1 ? 'good' : 'bad'));
  const outcomes = await Promise.all(names.map(outcome));
  expect(outcomes).toEqual(names.map((name) => (name === 'good' ? 'ok' : reason)));
});

test.each([3.9, 5])('many entries of %d MiB at once end no process', async (mebibytes) => {
  await put('bad', `{"data":{"value":"${'x'.repeat(mebibytes * 2 ** 20)}"}}`);
  await put('good', '{"data":{"value":"ok"}}');
  const outcomes = await Promise.all(Array.from({ length: 60 }, () => outcome('bad')));
  expect(new Set(outcomes)).toEqual(new Set([mebibytes > 4 ? 'too-large' : 'value-too-large']));
  expect(await read('good')).toBe('ok');
});
