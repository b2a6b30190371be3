import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CommandProblem, UsageProblem } from '@secret-store/command-line';
import { buildConformanceCommand } from '../conformance/testing/conformance-command.ts';
import { packPlugin } from '../pack-plugin/pack-plugin.ts';
import { createProvider } from './create-provider.ts';
import { startKeyValueServer } from './template/double/key-value-server.mjs';

const checkout = path.resolve(import.meta.dirname, '../../../..');

let base: string;
let sdk: { readonly directory: string; readonly tarball: string };
beforeAll(() => {
  // outside of the checkout, so that nothing of it is found by chance
  base = mkdtempSync(path.join(tmpdir(), 'create-'));
  const packages = path.join(base, 'packages');
  execFileSync(process.execPath, [path.join(checkout, 'libs/provider-sdk/build.mjs'), packages]);
  const [tarball = ''] = readdirSync(packages).filter((name) => name.endsWith('.tgz'));
  sdk = { directory: path.join(packages, 'provider-sdk'), tarball: path.join(packages, tarball) };
});
afterAll(() => rmSync(base, { recursive: true }));

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const Project = z.object({ devDependencies: z.record(z.string(), z.string()) });
const TestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ fullName: z.string() })) })),
});

const create = (name: string, directory = path.join(base, name)) => createProvider({ name, directory, checkout, sdk });

describe('a project as it was created', () => {
  let directory: string;
  beforeAll(async () => {
    directory = path.join(base, 'my-vault');
    expect(await create('my-vault')).toEqual({
      factoryClassName: 'MyVaultSecretProviderFactory',
      packageName: 'secret-store-provider-my-vault',
      isInstalled: true,
    });
  });

  test('has the name everywhere, and the SDK as a file of its own', () => {
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !name.startsWith('node_modules'),
    );
    expect(files).toContain('src/my-vault-secret-provider.ts');
    expect(files).toContain('.gitignore');
    const texts = files
      .filter((name) => /\.(ts|mts|mjs|js|yml|json|md)$|LICENSE$/.test(name))
      .map((name) => readFileSync(path.join(directory, name), 'utf8'));
    expect(texts.join('')).not.toMatch(/template/i);
    const { devDependencies } = Project.parse(readJson(path.join(directory, 'package.json')));
    expect(files).toContain(devDependencies['@secret-store/provider-sdk']?.replace('file:', ''));
    expect(Object.keys(devDependencies)).toEqual([
      '@secret-store/provider-sdk',
      '@types/node',
      'eslint',
      'typescript',
      'typescript-eslint',
      'vitest',
    ]);
    expect(files).toEqual(expect.arrayContaining(['.github/workflows/ci.yml', 'LICENSE', 'eslint.config.js']));
    expect(readJson(path.join(directory, 'package.json'))).toMatchObject({
      secretProvider: { factories: { MyVaultSecretProviderFactory: { displayName: 'My Vault' } } },
    });
  });

  test('typechecks against the published types: only a planted mistake is an error', () => {
    const file = path.join(directory, 'src/planted.ts');
    writeFileSync(
      file,
      "import type { SecretProvider } from '@secret-store/provider-sdk';\nexport const wrong: SecretProvider = {};\n",
    );
    const { stdout } = spawnSync('npm', ['run', '--silent', 'typecheck'], { cwd: directory, encoding: 'utf8' });
    rmSync(file);
    expect(stdout.split('\n').filter((line) => line.includes('error TS'))).toEqual([
      expect.stringMatching(/^src\/planted\.ts.*SecretProvider/),
    ]);
  }, 120_000);

  test('has nothing for lint to say: only a planted mistake is an error', () => {
    const file = path.join(directory, 'src/planted.ts');
    writeFileSync(file, 'export const wrong = (): void => {\n  Promise.resolve(1);\n};\n');
    const { stdout } = spawnSync('npm', ['run', '--silent', 'lint'], { cwd: directory, encoding: 'utf8' });
    rmSync(file);
    expect(stdout.split('\n').filter((line) => / (error|warning) /.test(line))).toEqual([
      expect.stringContaining('no-floating-promises'),
    ]);
  }, 120_000);

  test('passes its own tests, the conformance suite among them', () => {
    const report = path.join(base, 'report.json');
    spawnSync('npm', ['test', '--', '--reporter=json', `--outputFile=${report}`], {
      cwd: directory,
      stdio: 'ignore',
    });
    const { numPassedTests, numFailedTests, testResults } = TestReport.parse(readJson(report));
    const names = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ fullName }) => fullName));
    expect(names).toContain('the my-vault provider deletes every version');
    expect({ numFailedTests }).toEqual({ numFailedTests: 0 });
    expect(numPassedTests).toBeGreaterThan(40);
  }, 120_000);

  test('packs, and the packed file passes the conformance command in the sandbox', async () => {
    const command = await buildConformanceCommand();
    const { file } = await packPlugin({ directory, outDirectory: path.join(base, 'out') });
    const server = await startKeyValueServer();
    const words = [
      file,
      '--factory',
      'MyVaultSecretProviderFactory',
      '--config',
      `server_url=${server.url}`,
      `access_token=${server.token}`,
    ];
    const { status, stdout } = await command.run(words);
    await server.close();
    command.remove();
    expect(stdout).toMatch(/\d+ passed, \d+ ruled out, 0 failed/);
    expect(status).toBe(0);
    expect([...server.entries.keys()]).toEqual([]);
  }, 120_000);

  test('packs to the same bytes at another place', async () => {
    await create('my-vault', path.join(base, 'deeper/down/my-vault'));
    const [one, other] = await Promise.all([
      packPlugin({ directory, outDirectory: path.join(base, 'one') }),
      packPlugin({ directory: path.join(base, 'deeper/down/my-vault'), outDirectory: path.join(base, 'other') }),
    ]);
    expect(other.sha256).toBe(one.sha256);
  });
});

test.each(['', 'My-Vault', 'my_vault', '../vault', 'vault-', '1vault', 'a'.repeat(41)])(
  'the name %j is refused, and nothing is written',
  async (name) => {
    const directory = path.join(base, 'refused');
    await expect(create(name, directory)).rejects.toThrow(UsageProblem);
    expect(readdirSync(base)).not.toContain('refused');
  },
);

test('of a project that cannot be written whole, nothing is left', async () => {
  const lost = { ...sdk, tarball: path.join(base, 'gone.tgz') };
  const before = readdirSync(base);
  mkdirSync(path.join(base, 'empty'));
  for (const directory of [path.join(base, 'half/way/vault'), path.join(base, 'empty')]) {
    const error = await createProvider({ name: 'vault', directory, checkout, sdk: lost }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      exitCode: 73,
      message: expect.stringMatching(/cannot be written \(ENOENT\); .*--dir/),
    });
  }
  expect(readdirSync(path.join(base, 'empty'))).toEqual([]);
  expect(readdirSync(base).sort()).toEqual([...before, 'empty'].sort());
});

test('where no folder can be made, it says so', async () => {
  await expect(create('vault', '/proc/nowhere/vault')).rejects.toMatchObject({ exitCode: 73 });
});

test('of two that write to the same folder at once, one writes all of it', async () => {
  const directory = path.join(base, 'twice');
  const results = await Promise.allSettled([create('one', directory), create('two', directory)]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const written = results[0].status === 'fulfilled' ? 'one' : 'two';
  expect(readdirSync(path.join(directory, 'src'))).toContain(`${written}-secret-provider.ts`);
  expect(readdirSync(path.join(directory, 'src'))).toHaveLength(6);
});

test('a name that holds the word template is written as it is', async () => {
  const directory = path.join(base, 'my-template');
  await create('my-template', directory);
  expect(readFileSync(path.join(directory, 'package.json'), 'utf8')).toContain('"displayName": "My Template"');
});

test('a folder that holds something is left as it is', async () => {
  const directory = path.join(base, 'taken');
  mkdirSync(directory);
  writeFileSync(path.join(directory, 'mine'), '');
  await expect(create('vault', directory)).rejects.toThrow(CommandProblem);
  expect(readdirSync(directory)).toEqual(['mine']);
});

describe('a checkout that has less than everything', () => {
  const checkoutWith = (name: string, tools: readonly string[]): string => {
    const part = path.join(base, name);
    for (const name of ['package.json', 'apps/cli/src/create-provider/template']) {
      cpSync(path.join(checkout, name), path.join(part, name), { recursive: true });
    }
    for (const tool of tools) {
      mkdirSync(path.dirname(path.join(part, 'node_modules', tool)), { recursive: true });
      symlinkSync(path.join(checkout, 'node_modules', tool), path.join(part, 'node_modules', tool));
    }
    return part;
  };

  test('without the lint tools, as after npm start: the tests run all the same', async () => {
    const part = checkoutWith('started', ['@types/node', 'typescript', 'vitest']);
    const directory = path.join(base, 'tested');
    const { isInstalled } = await createProvider({ name: 'tested', directory, checkout: part, sdk });
    expect(isInstalled).toBe(true);
    expect(readdirSync(path.join(directory, 'node_modules/.bin'))).toEqual(['tsc', 'vitest']);
  });

  test('without the test tools: npm install has to run first', async () => {
    const part = checkoutWith('bare', ['typescript']);
    const directory = path.join(base, 'bare-project');
    const { isInstalled } = await createProvider({ name: 'bare', directory, checkout: part, sdk });
    expect([isInstalled, readdirSync(directory).includes('node_modules')]).toEqual([false, false]);
  });
});
