import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PluginModuleError, readPluginModule } from '@secret-store/plugin-host';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CommandProblem } from '@secret-store/command-line';
import { packPlugin } from './pack-plugin.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'pack-'));
});
afterEach(() => rmSync(base, { recursive: true }));

const manifest = {
  name: '@example/provider-test',
  version: '1.0.0',
  secretProvider: {
    interfaceVersion: '1.0.0',
    entry: 'plugin.mjs',
    factories: { TestFactory: { displayName: 'Test' } },
  },
};

const project = (name: string, change: Record<string, unknown> = {}, source = 'src/plugin.ts') => {
  const directory = path.join(base, name);
  mkdirSync(path.join(directory, path.dirname(source)), { recursive: true });
  writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ ...manifest, ...change }));
  writeFileSync(path.join(directory, 'src/part.cjs'), "exports.agent = require('node:https').Agent;");
  writeFileSync(
    path.join(directory, source),
    "import { agent } from './part.cjs';\nexport class TestFactory { create(config: ReadonlyMap<string, string>) { return { config, agent }; } }\n",
  );
  writeFileSync(path.join(directory, 'README.md'), '# Test\n');
  return directory;
};

const pack = (directory: string, out = 'out') => packPlugin({ directory, outDirectory: path.join(base, out) });

describe('packing', () => {
  test('gives a module file that the host takes, named after the package', async () => {
    const { file, sha256 } = await pack(project('one'));
    expect(path.relative(base, file)).toBe('out/example-provider-test.tgz');
    const module = await readPluginModule(readFileSync(file));
    expect(module).toMatchObject({ sha256, packageName: '@example/provider-test' });
    expect(readdirSync(path.join(base, 'out'))).toEqual(['example-provider-test.tgz']);
  });

  test('gives the same bytes for the same source, anywhere and at any time', async () => {
    const first = await pack(project('one'), 'first');
    const directory = project('deeper/two');
    utimesSync(path.join(directory, 'src/plugin.ts'), 1, 1);
    const second = await pack(directory, 'second');
    expect(readFileSync(second.file).equals(readFileSync(first.file))).toBe(true);
  });

  test('bundles libraries that call require, for Node alone', async () => {
    const { file } = await pack(project('one'));
    const { entry } = await readPluginModule(readFileSync(file));
    const bundle = path.join(base, 'plugin.mjs');
    writeFileSync(bundle, entry);
    // the source above
    const { TestFactory } = (await import(bundle)) as {
      TestFactory: new () => { create(config: Map<string, string>): { agent: { name: string } } };
    };
    expect(new TestFactory().create(new Map()).agent.name).toBe('Agent');
  });

  test.each<[what: string, source: string, expected: string[]]>([
    [
      'gives CommonJS libraries their __dirname and __filename',
      "import part from './names.cjs'; export class TestFactory { create() { return part; } }",
      ['plugin.mjs', 'plugin.mjs'],
    ],
    [
      'leaves a source its own __dirname, __filename and require',
      `import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const __filename = require('node:path').join('/own', 'file');
      const __dirname = '/own';
      export class TestFactory { create() { return [__filename, __dirname + '/folder']; } }`,
      ['file', 'folder'],
    ],
  ])('%s', async (_what, source, expected) => {
    const directory = project('one');
    writeFileSync(
      path.join(directory, 'src/names.cjs'),
      "module.exports = [__filename, require('node:path').join(__dirname, 'plugin.mjs')];",
    );
    writeFileSync(path.join(directory, 'src/plugin.ts'), source);
    const { entry } = await readPluginModule(readFileSync((await pack(directory)).file));
    const bundle = path.join(base, 'plugin.mjs');
    writeFileSync(bundle, entry);
    // in a process of its own: the names are there in a test
    const script = `const { TestFactory } = await import(${JSON.stringify(bundle)}); console.log(JSON.stringify(new TestFactory().create()));`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const names = z.array(z.string()).parse(JSON.parse(printed));
    expect(names.map((name) => path.basename(name))).toEqual(expected);
    expect(names[0]).toBe(expected[0] === 'file' ? '/own/file' : bundle);
  });

  test('writes a source map beside the module on request, and removes it with the module that it belongs to', async () => {
    const directory = project('one');
    const options = { directory, outDirectory: path.join(base, 'out') };
    const { file, sha256, sourceMapFile } = await packPlugin({ ...options, withSourceMap: true });
    expect(JSON.parse(readFileSync(sourceMapFile ?? '', 'utf8'))).toMatchObject({
      version: 3,
      sources: expect.arrayContaining(['src/plugin.ts']),
    });
    expect(await packPlugin(options)).toMatchObject({ sha256, sourceMapFile: null });
    expect(existsSync(`${file}.map`)).toBe(true);
    appendFileSync(path.join(directory, 'src/plugin.ts'), 'export const other = 1;');
    await packPlugin(options);
    expect(existsSync(`${file}.map`)).toBe(false);
  });

  test('warns when a version is packed again with other contents, and at no other time', async () => {
    const directory = project('one');
    const linesOf = async () => {
      const lines: string[] = [];
      await packPlugin({ directory, outDirectory: path.join(base, 'out'), onProgress: (line) => lines.push(line) });
      return lines.filter((line) => line.startsWith('warning'));
    };
    expect(await linesOf()).toEqual([]);
    expect(await linesOf()).toEqual([]);
    appendFileSync(path.join(directory, 'src/plugin.ts'), 'export const other = 1;');
    expect(await linesOf()).toEqual([expect.stringMatching(/version 1\.0\.0 was packed before.*raise "version"/)]);
    writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ ...manifest, version: '1.0.1' }));
    expect(await linesOf()).toEqual([]);
  });

  test('leaves out the source map, also one that the source brings', async () => {
    const directory = project('one');
    appendFileSync(path.join(directory, 'src/part.cjs'), '\n//# sourceMappingURL=data:application/json;base64,e30=\n');
    const { file } = await pack(directory);
    const { entry } = await readPluginModule(readFileSync(file));
    expect(Buffer.from(entry).toString()).not.toContain('sourceMappingURL');
  });

  test('reports each step', async () => {
    const lines: string[] = [];
    await packPlugin({
      directory: project('one'),
      outDirectory: path.join(base, 'out'),
      onProgress: (line) => lines.push(line),
    });
    expect(lines).toEqual([
      expect.stringMatching(/^bundled src\/plugin\.ts: \d+ KiB$/),
      expect.stringMatching(/^packed: \d+ KiB$/),
    ]);
  });

  test('finds the source where package.json says', async () => {
    await pack(project('one', { source: 'src/main.ts' }, 'src/main.ts'));
  });
});

describe('an error says how to fix it', () => {
  test.each<[what: string, source: string, says: RegExp]>([
    ['a library that is not installed', "export { TestFactory } from 'not-installed';", /not-installed.*npm install/s],
    ['a file that is not there', "export { TestFactory } from './missing.ts';", /missing\.ts.*does not exist/s],
    ['a native addon', "import './addon.node'; export class TestFactory {}", /no native addons/],
    [
      'a factory that is not exported',
      'export class OtherFactory {}',
      /does not export TestFactory.*exports OtherFactory/,
    ],
    ['a source with a syntax error', 'export class {', /plugin\.ts:1/],
  ])('of %s', async (_what, source, says) => {
    const directory = project('one');
    writeFileSync(path.join(directory, 'src/addon.node'), '');
    writeFileSync(path.join(directory, 'src/plugin.ts'), source);
    await expect(pack(directory)).rejects.toThrow(says);
    expect(readdirSync(base)).not.toContain('out');
  });

  test('of a source that is elsewhere', async () => {
    await expect(pack(project('one', { source: 'src/missing.ts' }))).rejects.toThrow(/"source" in package\.json/);
  });
});

describe('a start in the sandbox', () => {
  const sandboxDirectory = path.resolve(import.meta.dirname, '../../../../dist/libs/plugin-host');
  const packIn = async (directory: string) => {
    const lines: string[] = [];
    await packPlugin({
      directory,
      outDirectory: path.join(base, 'out'),
      sandboxDirectory,
      onProgress: (line) => lines.push(line),
    });
    return lines;
  };

  test('is what makes a module verified', async () => {
    expect(await packIn(project('one'))).toContainEqual(expect.stringMatching(/^verified: .*starts in the sandbox/));
  });

  test.each<[what: string, source: string, says: RegExp]>([
    [
      'throws when it is imported',
      "throw new Error('at import'); export class TestFactory { create() {} }",
      /Error: at import\n.*src\/plugin\.ts:1:/,
    ],
    [
      'reads a file when it is imported',
      "import fs from 'node:fs'; fs.readFileSync('/etc/passwd'); export class TestFactory { create() {} }",
      /Access to this API has been restricted/,
    ],
    ['exports a factory without create', 'export class TestFactory {}', /does not export the class TestFactory/],
  ])('is refused to a module that %s, and nothing is written', async (_what, source, says) => {
    const directory = project('one');
    writeFileSync(path.join(directory, 'src/plugin.ts'), source);
    await expect(packIn(directory)).rejects.toThrow(says);
    expect(readdirSync(base)).not.toContain('out');
  });
});

test('an output folder that is a file is refused', async () => {
  writeFileSync(path.join(base, 'out'), '');
  await expect(pack(project('one'))).rejects.toThrow(CommandProblem);
});

test('of a file that cannot be written, nothing is left', async () => {
  mkdirSync(path.join(base, 'out/example-provider-test.tgz'), { recursive: true });
  await expect(pack(project('one'))).rejects.toThrow(CommandProblem);
  expect(readdirSync(path.join(base, 'out'))).toEqual(['example-provider-test.tgz']);
});

test.each([
  [{ source: 5 }, /: source is missing or not a string/],
  [{ source: '' }, /: source is missing or not a string/],
  [{ name: undefined }, /: name is missing/],
  [{ secretProvider: { entry: null } }, /: secretProvider\.entry is missing or not a string/],
])('a package.json that does not describe a plugin is refused by the field: %j', async (change, says) => {
  await expect(pack(project('one', change))).rejects.toThrow(says);
});

describe('is refused, and leaves no file', () => {
  test.each<[what: string, directory: () => string, error: typeof CommandProblem | typeof PluginModuleError]>([
    ['a folder without package.json', () => base, CommandProblem],
    ['a package that is no plugin', () => project('one', { secretProvider: undefined }), CommandProblem],
    ['a missing source', () => project('one', { source: 'src/missing.ts' }), CommandProblem],
    ['a manifest that an upload would refuse', () => project('one', { version: 'x' }), PluginModuleError],
  ])('%s', async (_what, directory, error) => {
    await expect(pack(directory())).rejects.toThrow(error);
    expect(readdirSync(base)).not.toContain('out');
  });
});
