import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandProblem } from '@secret-store/command-line';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { builtSdk } from './built-sdk.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'built-sdk-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('the SDK is the one that was built last, also where an earlier one lies beside it', () => {
  const packages = path.join(root, 'dist/packages');
  const directory = path.join(packages, 'provider-sdk');
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'package.json'), '{"version":"1.3.0"}');
  for (const version of ['1.2.0', '1.3.0'])
    writeFileSync(path.join(packages, `secret-store-provider-sdk-${version}.tgz`), '');
  expect(builtSdk(root)).toEqual({ directory, tarball: path.join(packages, 'secret-store-provider-sdk-1.3.0.tgz') });
});

test('an SDK that is not built is said so', () => {
  expect(() => builtSdk(root)).toThrow(CommandProblem);
});
