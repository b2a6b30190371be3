import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandProblem } from '@secret-store/command-line';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { updateSdk } from './update-sdk.ts';

let base: string;
let project: string;
let sdk: { readonly directory: string; readonly tarball: string };

beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'update-sdk-'));
  project = path.join(base, 'project');
  sdk = {
    directory: path.join(base, 'built'),
    tarball: path.join(base, 'built', 'secret-store-provider-sdk-1.2.0.tgz'),
  };
  put('built/package.json', '{"version":"1.2.0"}');
  put('built/index.js', 'export const now = 1;');
  put('built/secret-store-provider-sdk-1.2.0.tgz', 'new');
  put('project/vendor/secret-store-provider-sdk-1.1.0.tgz', 'old');
  put('project/node_modules/@secret-store/provider-sdk/package.json', '{"version":"1.1.0"}');
  put('project/node_modules/@secret-store/provider-sdk/gone.js', '');
  put('project/package.json', packageJson('file:vendor/secret-store-provider-sdk-1.1.0.tgz'));
});
afterEach(() => rmSync(base, { recursive: true }));

const put = (file: string, content: string) => {
  mkdirSync(path.dirname(path.join(base, file)), { recursive: true });
  writeFileSync(path.join(base, file), content);
};

const packageJson = (sdkVersion: string) =>
  `{\n  "name": "mine",\n  "devDependencies": { "@secret-store/provider-sdk": "${sdkVersion}" },\n  "secretProvider": { "interfaceVersion": "1.1.0" }\n}\n`;

test('the SDK is replaced in vendor, in package.json and where it is installed, and nothing else changes', async () => {
  expect(await updateSdk(project, sdk)).toEqual({
    before: '1.1.0',
    after: '1.2.0',
    interfaceVersion: '1.1.0',
    needsInstall: false,
  });
  expect(readdirSync(path.join(project, 'vendor'))).toEqual(['secret-store-provider-sdk-1.2.0.tgz']);
  expect(readFileSync(path.join(project, 'package.json'), 'utf8')).toBe(
    packageJson('file:vendor/secret-store-provider-sdk-1.2.0.tgz'),
  );
  const installed = path.join(project, 'node_modules/@secret-store/provider-sdk');
  expect(existsSync(path.join(installed, 'index.js'))).toBe(true);
  expect(existsSync(path.join(installed, 'gone.js'))).toBe(false);
  expect(await updateSdk(project, sdk)).toMatchObject({ before: '1.2.0', after: '1.2.0' });
});

test('what npm manages is left to npm install', async () => {
  put('project/node_modules/.package-lock.json', '{}');
  expect(await updateSdk(project, sdk)).toMatchObject({ needsInstall: true });
  expect(existsSync(path.join(project, 'node_modules/@secret-store/provider-sdk/gone.js'))).toBe(true);
});

test('the lock file names the new SDK by its hash, so that npm does not install the old one again', async () => {
  const lock = (sdkFile: string, version: string, integrity: string) =>
    `${JSON.stringify(
      {
        name: 'mine',
        packages: {
          '': { devDependencies: { '@secret-store/provider-sdk': sdkFile, vitest: '1.0.0' } },
          'node_modules/@secret-store/provider-sdk': { version, resolved: sdkFile, integrity, dev: true },
        },
      },
      null,
      '\t',
    )}\n`;
  put('project/package-lock.json', lock('file:vendor/secret-store-provider-sdk-1.1.0.tgz', '1.1.0', 'sha512-old'));
  await updateSdk(project, sdk);
  const hash = createHash('sha512').update('new').digest('base64');
  expect(readFileSync(path.join(project, 'package-lock.json'), 'utf8')).toBe(
    lock('file:vendor/secret-store-provider-sdk-1.2.0.tgz', '1.2.0', `sha512-${hash}`),
  );
});

test.each([
  ['a folder without package.json', ''],
  ['an SDK that is no file', packageJson('1.1.0')],
])('%s is refused', async (_what, content) => {
  if (content === '') rmSync(path.join(project, 'package.json'));
  else put('project/package.json', content);
  await expect(updateSdk(project, sdk)).rejects.toThrow(CommandProblem);
  expect(readdirSync(path.join(project, 'vendor'))).toEqual(['secret-store-provider-sdk-1.1.0.tgz']);
});
