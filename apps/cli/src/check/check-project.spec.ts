import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildCommand } from '../conformance/testing/conformance-command.ts';
import { checkProject } from './check-project.ts';
import type { CheckPart } from './check-report.ts';

const checkout = path.resolve(import.meta.dirname, '../../../..');
const sandboxDirectory = path.join(checkout, 'dist/libs/plugin-host');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'check-'));
  mkdirSync(path.join(directory, 'src'));
  mkdirSync(path.join(directory, 'node_modules/@secret-store/provider-sdk'), { recursive: true });
  symlinkSync(path.join(checkout, 'node_modules/typescript'), path.join(directory, 'node_modules/typescript'));
  put('node_modules/@secret-store/provider-sdk/package.json', { name: '@secret-store/provider-sdk', version: '1.1.0' });
  put('package.json', project());
  put('src/plugin.ts', sound);
});
afterEach(() => rmSync(directory, { recursive: true }));

const put = (file: string, content: unknown) =>
  writeFileSync(path.join(directory, file), typeof content === 'string' ? content : JSON.stringify(content));

const project = (factory: Record<string, unknown> = {}, interfaceVersion = '1.1.0') => ({
  name: 'checked',
  version: '1.0.0',
  secretProvider: {
    interfaceVersion,
    entry: 'plugin.mjs',
    factories: { TestFactory: { displayName: 'Test', egress: ['api.vault.test:443'], ...factory } },
  },
});

const sound = "export class TestFactory { create(): string { return 'https://api.vault.test/v1'; } }\n";

const putTypeScript = () =>
  put('tsconfig.json', {
    compilerOptions: {
      strict: true,
      skipLibCheck: true,
      lib: ['ES2023'],
      module: 'ESNext',
      target: 'ES2023',
      types: [],
    },
    include: ['src'],
  });

const check = async () => {
  const told: CheckPart[] = [];
  const parts = await checkProject(directory, sandboxDirectory, (part) => told.push(part));
  expect(told).toEqual(parts);
  return {
    failed: parts.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name),
    problems: parts.filter(({ outcome }) => outcome === 'failed').flatMap(({ problems }) => problems),
    warnings: parts.flatMap(({ warnings }) => warnings),
  };
};

test('a sound project passes, without a warning', async () => {
  putTypeScript();
  expect(await check()).toEqual({ failed: [], problems: [], warnings: [] });
});

describe('what fails', () => {
  test('a type error, by file and line', async () => {
    putTypeScript();
    put('src/plugin.ts', `${sound}export const wrong: number = 'text';\n`);
    expect(await check()).toMatchObject({
      failed: ['types'],
      problems: [expect.stringMatching(/^src\/plugin\.ts\(2,14\): error TS2322/)],
    });
  });

  test('a project whose compiler is not installed', async () => {
    putTypeScript();
    rmSync(path.join(directory, 'node_modules/typescript'));
    expect((await check()).problems).toEqual([expect.stringContaining('npm install')]);
  });

  test('a manifest that an upload would refuse, by the rule', async () => {
    put('package.json', project({ egress: ['*.vault.test:443'] }));
    expect(await check()).toMatchObject({
      failed: ['manifest and bundle'],
      problems: [expect.stringContaining('(rule egress)')],
    });
  });

  test('an interface that the SDK of the project does not have', async () => {
    put('package.json', project({}, '1.2.0'));
    expect(await check()).toMatchObject({
      failed: ['interface version 1.2.0'],
      problems: [expect.stringContaining('update-sdk')],
    });
  });

  test('a bundle that does not start in the sandbox', async () => {
    put('src/plugin.ts', `${sound}throw new Error('at import');\n`);
    expect((await check()).failed).toEqual(['starts in the sandbox']);
  });
});

describe('what is warned of', () => {
  test.each<[what: string, factory: Record<string, unknown>, source: string, warning: RegExp]>([
    [
      'a host in the code that egress does not list',
      {},
      "export const login = 'https://login.vault.test:8443/token';",
      /^src\/plugin\.ts names login\.vault\.test:8443, which egress does not list/,
    ],
    [
      'a listed host that the code never names',
      { egress: ['api.vault.test:443', 'old.vault.test:443'] },
      '',
      /old\.vault\.test:443.*nowhere/,
    ],
    [
      'a key with a URL that egress does not list',
      { configuration: [{ key: 'login_url', placeholder: 'https://login.example.com' }] },
      '',
      /^the key login_url of TestFactory holds a URL/,
    ],
  ])('%s', async (_what, factory, source, warning) => {
    put('package.json', project(factory));
    put('src/plugin.ts', sound + source);
    expect(await check()).toEqual({ failed: [], problems: [], warnings: [expect.stringMatching(warning)] });
  });

  test('hosts that libraries name, in one line', async () => {
    mkdirSync(path.join(directory, 'node_modules/library'));
    put('node_modules/library/package.json', { name: 'library', version: '1.0.0', main: 'index.js' });
    put('node_modules/library/index.js', "exports.hosts = ['https://b.library.test', 'https://a.library.test/x'];");
    put('src/plugin.ts', `${sound}import { hosts } from 'library'; export const all = hosts;\n`);
    expect((await check()).warnings).toEqual([expect.stringMatching(/^libraries name .*: a\.library\.test:443, b\./)]);
  });

  test('neither a page that a message points to, nor a namespace, nor this machine', async () => {
    put(
      'src/plugin.ts',
      `${sound}export const texts = ['https://docs.vault.test/errors', 'see https://api.other.test', 'http://www.w3.org/1999/xml', 'http://localhost'];`,
    );
    expect((await check()).warnings).toEqual([]);
  });
});

test('what is no folder of a provider is refused', async () => {
  const command = await buildCommand('check');
  for (const word of [path.join(directory, 'src'), path.join(directory, 'src/plugin.ts')]) {
    const { status, stdout, stderr } = await command.run([word]);
    expect({ status, stdout }).toEqual({ status: 65, stdout: '' });
    expect(stderr).toBe(`secret-store: ${word} has no package.json; choose the folder of a provider\n`);
  }
  command.remove();
});
