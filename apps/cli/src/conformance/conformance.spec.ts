import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startKeyValueServer } from '../create-provider/template/double/key-value-server.mjs';
import { packPlugin } from '../pack-plugin/pack-plugin.ts';
import { buildConformanceCommand, type ConformanceCommand } from './testing/conformance-command.ts';

let base: string;
let command: ConformanceCommand;
let sound: string;
let forgetful: string;
let server: Awaited<ReturnType<typeof startKeyValueServer>>;

beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'conformance-'));
  command = await buildConformanceCommand();
  server = await startKeyValueServer({ token: 'credential-3f9a' });
  const template = path.resolve(import.meta.dirname, '../create-provider/template');
  sound = (await packPlugin({ directory: template, outDirectory: base })).file;
  forgetful = await packForgetful();
});
afterAll(async () => {
  await server.close();
  command.remove();
  rmSync(base, { recursive: true });
});

/** Keeps what it is given in its own process: what the backend writes, a worker does not find. Dies of one value. */
const packForgetful = async () => {
  const directory = path.join(base, 'forgetful');
  mkdirSync(path.join(directory, 'src'), { recursive: true });
  const configuration = [
    { key: 'token', secret: true, required: true },
    { key: 'token_file', kind: 'file' },
  ];
  const factory = { displayName: 'Forgetful', configuration };
  const secretProvider = { interfaceVersion: '1.1.0', entry: 'plugin.mjs', factories: { ForgetfulFactory: factory } };
  writeFileSync(
    path.join(directory, 'package.json'),
    JSON.stringify({ name: 'forgetful', version: '1.0.0', secretProvider }),
  );
  const source = `
    const gone = () => Object.assign(new Error(), { code: 'SECRET_NOT_FOUND' });
    export class ForgetfulFactory {
      create(config) {
        const token = config.get('token');
        if (config.has('token_file') && config.get('token_file') !== 'from the file') throw new Error('token_file');
        return {
          createSecret: (value, context) => {
            if (value === '007') process.exit(3);
            return { getProviderKey: () => token + '/' + context.secretId };
          },
          updateSecret: () => { throw gone(); },
          deleteSecret: () => false,
          allowsCreate: () => true, allowsUpdate: () => true, allowsDelete: () => true,
          getSecret: () => ({ getValue: () => 'other-value', getTtl: () => 0 }),
          getSecretVersion: () => { throw gone(); },
          secretLastUpdated: () => { throw gone(); },
          getTtl: () => 0,
        };
      }
    }`;
  writeFileSync(path.join(directory, 'src/plugin.ts'), source);
  return (await packPlugin({ directory, outDirectory: base })).file;
};

/** What `--json` prints, as far as these tests look at it. */
const Report = z.looseObject({ checks: z.array(z.unknown()), passed: z.number(), ruledOut: z.number() });

const run = async (...words: string[]) => {
  const result = await command.run(words);
  expect(result.stdout + result.stderr).not.toContain('credential-3f9a');
  return result;
};

const configured = () => ['--config', `server_url=${server.url}`, 'access_token=credential-3f9a'];

describe('a provider that keeps the contract', () => {
  test('passes, check by check, in the full sandbox, and leaves nothing', async () => {
    const { status, stdout } = await run(sound, '--factory', 'TemplateSecretProviderFactory', ...configured());
    expect(stdout).toContain('isolation: bubblewrap, the full sandbox');
    expect(stdout).toContain('✓ deletes every version\n');
    expect(stdout).toContain('– refers to an existing secret, and reads it (ruled out: does not offer referTo)');
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\d+ passed, \d+ ruled out, 0 failed, in \d/);
    expect(status).toBe(0);
    expect(server.entries.size).toBe(0);
  });

  test('is reported as one JSON object, and nothing else, with --json', async () => {
    const file = path.join(base, 'configuration.json');
    writeFileSync(file, JSON.stringify({ server_url: server.url, access_token: 'credential-3f9a' }));
    const { status, stdout } = await run(sound, '--config-file', file, '--json');
    const report = Report.parse(JSON.parse(stdout));
    expect(report).toMatchObject({
      factoryClassName: 'TemplateSecretProviderFactory',
      failed: 0,
      leftBehind: [],
    });
    expect(report.checks).toHaveLength(report.passed + report.ruledOut);
    expect(status).toBe(0);
  });

  test('reads with the credential of the workers', async () => {
    const { status, stdout } = await run(sound, ...configured(), '--worker-config', 'access_token=refused');
    expect(stdout).toContain('✗ gives back unicode: the vault rejected the credentials');
    expect(status).toBe(1);
    expect(server.entries.size).toBe(0);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('deletes what it stored when %s ends the run', async (signal) => {
    const child = command.start([sound, ...configured()]);
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      if (line.startsWith('✓ gives the same value')) child.kill(signal);
    }
    if (child.exitCode === null) await once(child, 'close');
    expect(child.exitCode).toBe(130);
    expect(lines.at(-1)).toMatch(/, [1-9]\d* not run, in /);
    expect(server.entries.size).toBe(0);
  });

  test('runs the checks that --only names, in the order of the suite, by a part of the name too', async () => {
    const { status, stdout } = await run(
      sound,
      ...configured(),
      '--only',
      'deletes every version',
      '--only',
      'gives back unicode',
      '--only',
      'deletes',
    );
    expect(stdout.split('\n').filter((line) => line.startsWith('✓'))).toEqual([
      '✓ gives back unicode',
      '✓ deletes once: true, then false, and the secret is gone',
      '✓ deletes every version',
    ]);
    expect(status).toBe(0);
  });

  test('an unknown name of --only is wrong usage, and the answer lists the names', async () => {
    const { status, stdout, stderr } = await run(sound, ...configured(), '--only', 'no such check');
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toContain('  deletes every version\n');
  });
});

test('a provider that breaks the contract fails by name, and what it may have left is listed without its credential', async () => {
  const { status, stdout } = await run(forgetful, '--config', 'token=credential-3f9a');
  expect(stdout).toContain(
    "✗ gives back what looks like a number: the plugin's process ended during the call (createSecret, on the backend's side)",
  );
  expect(stdout).toContain('✗ gives back an updated value: the vault holds no secret');
  expect(stdout).toMatch(
    /The suite could not delete \d+ of its secrets\. Delete them from the vault:\n {2}\[token\]\/[0-9a-f-]{36}\n/,
  );
  expect(stdout).not.toContain('other-value');
  expect(status).toBe(1);
});

test('--bail stops at the first failure, and says how many checks did not run', async () => {
  const { status, stdout } = await run(forgetful, '--config', 'token=credential-3f9a', '--bail');
  expect(stdout.split('\n').filter((line) => line.startsWith('✗'))).toHaveLength(1);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^1 passed, 0 ruled out, 1 failed, \d\d not run, in /);
  expect(status).toBe(1);
});

test('a key that names a file gives the plugin what the file holds', async () => {
  const file = path.join(base, 'token');
  writeFileSync(file, 'from the file\n');
  const { status, stdout } = await run(forgetful, '--config', 'token=x', `token_file=${file}`);
  expect(stdout).toContain('✓ reports what it allows');
  expect(status).toBe(1);
});

describe('why the suite cannot start', () => {
  test.each<[what: string, words: () => string[], status: number, says: RegExp]>([
    ['no file', () => ['--factory', 'X'], 64, /^Usage: /m],
    ['a file that is not there', () => [path.join(base, 'missing.tgz')], 64, /cannot be read/],
    ['an unknown option', () => [sound, '--token', 'credential-3f9a'], 64, /^Usage: /m],
    ['a pair without a key', () => [sound, '--config', 'credential-3f9a'], 64, /--config takes KEY=VALUE/],
    ['a file that is no module', () => [import.meta.filename], 65, /rule gzip/],
    [
      'an undeclared factory',
      () => [sound, '--factory', 'Other', ...configured()],
      65,
      /rule factory-unknown.*TemplateSecretProviderFactory/,
    ],
    ['a missing key', () => [sound, '--config', 'access_token=credential-3f9a'], 78, /key server_url is required/],
    ['a refused key', () => [sound, ...configured(), 'folder=credential-3f9a/'], 78, /key folder/],
    [
      'a key that names no file',
      () => [forgetful, '--config', 'token=x', `token_file=${path.join(base, 'missing')}`],
      78,
      /key token_file/,
    ],
    [
      'a destination that is none',
      () => [sound, '--config', 'server_url=credential-3f9a', 'access_token=x'],
      78,
      /key server_url/,
    ],
  ])('%s', async (_what, words, status, says) => {
    const result = await run(...words());
    expect(result.stderr).toMatch(says);
    expect({ status: result.status, stdout: result.stdout.includes('✓') }).toEqual({ status, stdout: false });
  });
});
