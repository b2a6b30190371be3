import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from '../build.mjs';

let base: string;
let installed: string;

/** The tarball, alone in a folder where nothing else is installed. */
beforeAll(() => {
  base = mkdtempSync(path.join(tmpdir(), 'sdk-'));
  const { tarball } = buildPackage(path.join(base, 'packages'));
  installed = path.join(base, 'node_modules/@secret-store/provider-sdk');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
});
afterAll(() => rmSync(base, { recursive: true }));

const evaluate = (script: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: base, encoding: 'utf8', stdio: 'pipe' });

describe('the published package', () => {
  test('gives every name that the interface has here', async () => {
    const names = evaluate(
      "import * as sdk from '@secret-store/provider-sdk'; console.log(JSON.stringify(Object.keys(sdk)))",
    );
    expect(JSON.parse(names)).toEqual(Object.keys(await import('./index.ts')).toSorted());
  });

  test('runs the conformance suite where no test runner is installed', () => {
    const passed = evaluate(`
      import { conformanceChecks, MemorySecretProvider } from '@secret-store/provider-sdk/conformance';
      const provider = new MemorySecretProvider();
      for (const check of conformanceChecks) await check.run({ backend: provider, worker: provider });
      console.log(conformanceChecks.length);`);
    expect(Number(passed)).toBeGreaterThan(25);
    expect(() => evaluate("await import('@secret-store/provider-sdk/testing')")).toThrow(/vitest/);
  });

  test('sends requests, and names what went wrong', async () => {
    const names = evaluate(
      "import * as http from '@secret-store/provider-sdk/http'; console.log(JSON.stringify(Object.keys(http)))",
    );
    expect(JSON.parse(names)).toEqual(Object.keys(await import('./http/index.ts')).toSorted());
    const problem = evaluate(`
      import { Deadline, HttpClient } from '@secret-store/provider-sdk/http';
      const sent = new HttpClient().send({ method: 'GET', url: 'http://127.0.0.1:1' }, new Deadline(8500));
      await sent.catch((error) => console.log(error.problem));`);
    expect(problem.trim()).toBe('unreachable');
  });

  test('reads a configuration, and names the key at fault with an error of the interface', async () => {
    const names = evaluate(
      "import * as all from '@secret-store/provider-sdk/configuration'; console.log(JSON.stringify(Object.keys(all)))",
    );
    expect(JSON.parse(names)).toEqual(Object.keys(await import('./configuration/index.ts')).toSorted());
    const key = evaluate(`
      import { ConfigurationError } from '@secret-store/provider-sdk';
      import { url } from '@secret-store/provider-sdk/configuration';
      try {
        url(new Map([['address', 'http://example.com']]), 'address');
      } catch (error) {
        console.log(error instanceof ConfigurationError, error.key);
      }`);
    expect(key.trim()).toBe('true address');
  });

  test('brings its docstrings, its README and its licence, and nothing of its own tests', () => {
    expect(readFileSync(path.join(installed, 'secret-provider.d.ts'), 'utf8')).toContain(
      '@throws {SecretNotFoundError} when the identifier is unknown',
    );
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'index.js', 'index.d.ts']));
    expect(files.filter((name) => /spec|broken|(http|configuration).testing/.test(name))).toEqual([]);
  });
});
