import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BuiltCommand, buildCommand } from '../conformance/testing/conformance-command.ts';
import { startKeyValueServer } from '../create-provider/template/double/key-value-server.mjs';
import { FakeStore } from './testing/fake-store.ts';

const checkout = path.resolve(import.meta.dirname, '../../../..');

let command: BuiltCommand;
let vault: Awaited<ReturnType<typeof startKeyValueServer>>;
let directory: string;
let store: FakeStore;

beforeAll(async () => {
  command = await buildCommand('dev');
  vault = await startKeyValueServer({ token: 'credential-3f9a' });
});
afterAll(async () => {
  await vault.close();
  command.remove();
});

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'dev-'));
  cpSync(path.join(import.meta.dirname, '../create-provider/template'), directory, { recursive: true });
  symlinkSync(path.join(checkout, 'node_modules'), path.join(directory, 'node_modules'));
  store = await FakeStore.start();
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const words = (...more: string[]) => [directory, '--url', store.url, ...more];
const configured = () => ['--config', `server_url=${vault.url}`, 'access_token=credential-3f9a'];
const environment = () => ({ SECRET_STORE_API_KEY: store.apiKey });

const run = async (...more: string[]) => {
  const result = await command.run(words('--once', ...more), environment());
  expect(result.stdout + result.stderr).not.toMatch(/credential-3f9a|admin-key-5c2e/);
  return result;
};

const pluginFile = () => path.join(directory, 'src/plugin.ts');

describe('one cycle', () => {
  test('creates the provider at the first run, from the configuration, and says which steps it passed', async () => {
    const { status, stdout } = await run('--provider', 'Mine', ...configured());
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d ✓ Mine: received, format verified, started \(\d/);
    expect(stdout).toContain('    update: skipped, The provider does not update.\n');
    expect(status).toBe(0);
    expect(store.created).toMatchObject([
      {
        name: 'Mine',
        factoryClassName: 'TemplateSecretProviderFactory',
        configuration: { server_url: vault.url, access_token: 'credential-3f9a' },
      },
    ]);
    expect(await run('--provider', 'id-0')).toMatchObject({ status: 0 });
    expect({ created: store.created.length, uploads: store.uploads }).toEqual({ created: 1, uploads: 2 });
  });

  test('without a provider on the store or a configuration for it says what is missing', async () => {
    const { status, stdout } = await run();
    expect(stdout).toMatch(
      /✗ upload: the store has no provider "TemplateInWords".*--config \(server_url is required\)/,
    );
    expect({ status, uploads: store.uploads }).toEqual({ status: 1, uploads: 0 });
  });

  test('says at which step the store refused the module, and why', async () => {
    store.failure = { step: 'create', message: 'The vault denied access.' };
    const { status, stdout } = await run(...configured());
    expect(stdout).toMatch(/✗ create: The vault denied access\. \(/);
    expect(status).toBe(1);
  });

  test.each([
    ['pack', 'export class {', /✗ pack: .*plugin\.ts:1/],
    [
      'start',
      "export * from './template-secret-provider-factory.ts'; throw new Error('at import');",
      /✗ start: .*\n(.*\n)* +import: Error: at import/,
    ],
  ])('that fails at %s uploads nothing', async (_step, source, says) => {
    writeFileSync(pluginFile(), source);
    const { status, stdout } = await run(...configured());
    expect(stdout).toMatch(says);
    expect({ status, uploads: store.uploads }).toEqual({ status: 1, uploads: 0 });
  });

  test('shows what the plugin itself says when a trial fails on the store and here', async () => {
    store.failure = { step: 'create', message: 'The plugin reported an error.' };
    writeFileSync(
      pluginFile(),
      `import { TemplateSecretProviderFactory as Sound } from './template-secret-provider-factory.ts';
      export class TemplateSecretProviderFactory {
        create(config: ReadonlyMap<string, string>) {
          const createSecret = () => { throw new TypeError('x is undefined'); };
          return Object.assign(new Sound().create(config), { createSecret });
        }
      }`,
    );
    const { stdout } = await run(...configured());
    expect(stdout).toMatch(/✗ create: The plugin reported an error\./);
    expect(stdout).toMatch(/createSecret: TypeError: x is undefined\n.*src\/plugin\.ts:4:/);
  });

  test('runs the conformance suite with --test', async () => {
    const { status, stdout } = await run('--test', ...configured());
    expect(stdout).toMatch(/✓ active, and tested: \d+ passed, \d+ ruled out, 0 failed/);
    expect({ status, left: vault.entries.size }).toEqual({ status: 0, left: 0 });
  });

  test('lists what the suite left without the credential that is in its keys', async () => {
    writeFileSync(
      pluginFile(),
      `import { TemplateSecretProviderFactory as Sound } from './template-secret-provider-factory.ts';
      export class TemplateSecretProviderFactory {
        create(config: ReadonlyMap<string, string>) {
          const createSecret = () => ({ getProviderKey: () => config.get('access_token') + '/key' });
          return Object.assign(new Sound().create(config), { createSecret });
        }
      }`,
    );
    const { status, stdout } = await run('--test', ...configured());
    expect(stdout).toMatch(/could not delete \d+ of its secrets\. .*\n +\[access_token\]\/key\n/);
    expect(status).toBe(1);
  });

  test('without a store that answers says how to start one', async () => {
    const { status, stdout } = await command.run(
      [directory, '--url', 'http://127.0.0.1:1', '--once', ...configured()],
      environment(),
    );
    expect(stdout).toContain('does not answer; start it with npm start');
    expect(status).toBe(1);
  });
});

test('watching goes on after a failure, uploads each change once, and ends with Ctrl-C', async () => {
  const sound = readFileSync(pluginFile(), 'utf8');
  const child = command.start(words(...configured()), environment());
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line.replace(/^\d\d:\d\d:\d\d | \(\d+\.\d s\)$/g, ''));
    if (line.startsWith('Watching')) writeFileSync(pluginFile(), 'export class {');
    else if (line.includes('✗ pack')) writeFileSync(pluginFile(), `${sound}export const changed = true;\n`);
    // once: a second one would end it at once
    else if (store.uploads === 2 && !child.killed) child.kill('SIGINT');
  }
  if (child.exitCode === null) await once(child, 'close');
  expect(child.exitCode).toBe(130);
  expect(lines.filter((line) => /^[✓✗]/.test(line)).map((line) => line.slice(0, 6))).toEqual([
    '✓ Temp',
    '✗ pack',
    '✓ Temp',
  ]);
});

test.each<[what: string, words: string[], environment: Record<string, string>, status: number, says: RegExp]>([
  ['without an API key', [], {}, 78, /SECRET_STORE_API_KEY.*--key-file/],
  ['with a key file that is not there', ['--key-file', '/nowhere'], {}, 78, /--key-file/],
  [
    'with a key over plain http to another machine',
    ['--url', 'http://store.test'],
    { SECRET_STORE_API_KEY: 'x' },
    64,
    /https/,
  ],
])('%s it does not begin', async (_what, more, given, status, says) => {
  const result = await command.run([directory, '--once', ...more], given);
  expect(result).toMatchObject({ status, stdout: '' });
  expect(result.stderr).toMatch(says);
});
