import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packPlugin } from '../pack-plugin/pack-plugin.ts';
import { buildConformanceCommand, type ConformanceCommand } from './testing/conformance-command.ts';

let base: string;
let command: ConformanceCommand;
let broken: string;

beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'show-errors-'));
  command = await buildConformanceCommand();
  broken = await packBroken();
});
afterAll(() => {
  command.remove();
  rmSync(base, { recursive: true });
});

/** Each method fails in a way of its own. */
const packBroken = async (): Promise<string> => {
  const directory = path.join(base, 'broken');
  mkdirSync(path.join(directory, 'src'), { recursive: true });
  const secretProvider = {
    interfaceVersion: '1.1.0',
    entry: 'plugin.mjs',
    factories: { BrokenFactory: { displayName: 'Broken', configuration: [{ key: 'refuse' }] } },
  };
  writeFileSync(
    path.join(directory, 'package.json'),
    JSON.stringify({ name: 'broken', version: '1.0.0', secretProvider }),
  );
  const source = `
    const broken = (): never => {
      throw new TypeError('own words 4b1f');
    };
    const yes = () => true;
    export class BrokenFactory {
      create(config: Map<string, string>) {
        if (config.get('refuse')) throw new RangeError('own words 4b1f of create');
        return {
          createSecret: (value: string) => {
            console.error('printed 4b1f');
            return value.length === 1 ? broken() : { getProviderKey: () => 'key' };
          },
          getSecret: () => fetch('http://elsewhere.test:81/'),
          getSecretVersion: () => 7,
          secretLastUpdated: () => new Date(),
          updateSecret: () => 'version',
          deleteSecret: () => true,
          allowsCreate: yes, allowsUpdate: yes, allowsDelete: yes,
          getTtl: () => 0,
        };
      }
    }`;
  writeFileSync(path.join(directory, 'src/plugin.ts'), source);
  return (await packPlugin({ directory, outDirectory: base, withSourceMap: true })).file;
};

const names = ['--only', 'a value of one byte', '--only', 'gives back unicode', '--only', 'keeps the version'];

test('without --show-errors nothing of the words of a plugin is shown', async () => {
  const { status, stdout, stderr } = await command.run([broken, ...names]);
  expect(stdout).toContain('✗ gives back a value of one byte');
  expect(stdout + stderr).not.toMatch(/4b1f|elsewhere/);
  expect(status).toBe(1);
});

test('with it, each failed check shows the method, the error, its line in the source, and what was refused', async () => {
  const { stdout, stderr } = await command.run([broken, ...names, '--show-errors']);
  expect(stdout).toMatch(
    /✗ gives back a value of one byte: .*\n {4}createSecret: TypeError: own words 4b1f\n.*src\/plugin\.ts:3:/,
  );
  expect(stdout).toMatch(
    /✗ gives back unicode: .*\n {4}getSecret asked for elsewhere\.test(:81)?, which egress does not list\n/,
  );
  expect(stdout).toContain('getSecretVersion returned a number; the interface asks for text');
  expect(stderr).toContain('printed 4b1f');
});

test('an error of create is shown too, and standard output stays one JSON object with --json', async () => {
  const refused = await command.run([broken, '--config', 'refuse=yes', '--show-errors']);
  expect(refused.stderr).toContain('create: RangeError: own words 4b1f of create');
  const { stdout } = await command.run([broken, ...names, '--show-errors', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    checks: expect.arrayContaining([
      expect.objectContaining({ errors: expect.arrayContaining([expect.stringContaining('own words 4b1f')]) }),
    ]),
  });
});
