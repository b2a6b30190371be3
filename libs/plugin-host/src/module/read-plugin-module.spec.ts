import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type ArchiveEntry, archiveOf, endOfArchive, entryBlocks, sealHeader, tarOf } from '../testing/archive.ts';
import { moduleFile, packageJsonOf } from '../testing/module-file.ts';
import { PluginModuleError } from './plugin-module-error.ts';
import { readPluginModule } from './read-plugin-module.ts';

const packageJson = { name: 'package/package.json', content: JSON.stringify(packageJsonOf()) };
const entry = { name: 'package/plugin.mjs', content: 'export class TestFactory {}' };
const goodTar = tarOf([packageJson, entry]);

const ruleOf = async (bytes: Uint8Array): Promise<string> => {
  const error: unknown = await readPluginModule(bytes).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PluginModuleError);
  return error instanceof PluginModuleError ? error.rule : '';
};

const withExtra = (extra: ArchiveEntry) => archiveOf([packageJson, entry, extra]);
const withManifestText = (content: string) => archiveOf([{ ...packageJson, content }, entry]);
const withPackage = (change: Record<string, unknown>) =>
  withManifestText(JSON.stringify({ ...packageJsonOf(), ...change }));
const withManifest = (change: Record<string, unknown>) =>
  withPackage({ secretProvider: { ...packageJsonOf().secretProvider, ...change } });
const withFactory = (change: Record<string, unknown>) =>
  withManifest({ factories: { TestFactory: { displayName: 'Test', ...change } } });
const withHeader = (change: (header: Buffer) => void) => {
  const tar = Buffer.from(goodTar);
  change(tar);
  sealHeader(tar);
  return gzipSync(tar);
};

describe('a module file', () => {
  test('is read, with defaults for what the manifest leaves out', async () => {
    const bytes = moduleFile({ source: 'export class TestFactory {}' });
    const module = await readPluginModule(bytes);
    expect(module.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(module).toMatchObject({ packageName: 'test-plugin', packageVersion: '1.2.3' });
    expect(Buffer.from(module.entry).toString()).toBe('export class TestFactory {}');
    expect(module.manifest.factories.TestFactory).toEqual({
      displayName: 'Test',
      description: '',
      maxValueBytes: 65_536,
      configuration: [],
      egress: [],
    });
  });

  test('may hold README.md and LICENSE, more end blocks, a gzip file name, and other fields in package.json', async () => {
    await readPluginModule(
      archiveOf([packageJson, entry, { name: 'package/README.md', content: '#' }, { name: 'package/LICENSE' }]),
    );
    await readPluginModule(gzipSync(Buffer.concat([goodTar, Buffer.alloc(9 * 512)])));
    await readPluginModule(withPackage({ scripts: { postinstall: 'false' }, dependencies: {} }));
    const plain = gzipSync(goodTar);
    const named = Buffer.concat([
      plain.subarray(0, 3),
      Buffer.from([8]),
      plain.subarray(4, 10),
      Buffer.from('x.tar\0'),
      plain.subarray(10),
    ]);
    await readPluginModule(named);
  });

  test.each(['1.0.0', '1.0.9', '1.1.0', '1.2.0'])('may target interface %s', async (interfaceVersion) => {
    expect((await readPluginModule(moduleFile({ interfaceVersion }))).manifest.interfaceVersion).toBe(interfaceVersion);
  });
});

const bad: Record<string, [rule: string, what: string, bytes: () => Uint8Array][]> = {
  'its compression': [
    ['gzip', 'not gzip', () => Buffer.from('no gzip at all, but long enough')],
    ['gzip', 'empty', () => new Uint8Array(0)],
    ['gzip', 'cut off', () => gzipSync(goodTar).subarray(0, -9)],
    ['gzip', 'not compressed', () => goodTar],
    [
      'gzip-checksum',
      'a wrong checksum',
      () => {
        const bytes = gzipSync(goodTar);
        bytes.writeUInt32LE(1, bytes.length - 8);
        return bytes;
      },
    ],
    [
      'gzip-checksum',
      'a wrong length',
      () => {
        const bytes = gzipSync(goodTar);
        bytes.writeUInt32LE(1, bytes.length - 4);
        return bytes;
      },
    ],
    [
      'gzip-trailing',
      'a second gzip member',
      () => Buffer.concat([gzipSync(goodTar), gzipSync(tarOf([{ name: 'package/other' }]))]),
    ],
    ['gzip-trailing', 'a byte after the end', () => Buffer.concat([gzipSync(goodTar), Buffer.from([0])])],
    ['file-size', 'a file over 32 MiB', () => Buffer.alloc(32 * 1024 ** 2 + 1)],
    ['inflated-size', 'a zip bomb', () => gzipSync(Buffer.concat([goodTar, Buffer.alloc(64 * 1024 ** 2)]))],
  ],
  'its archive': [
    ['tar-truncated', 'a header without its file', () => gzipSync(goodTar.subarray(0, 512))],
    ['tar-truncated', 'no end of archive', () => gzipSync(goodTar.subarray(0, -1024))],
    ['tar-truncated', 'half an end of archive', () => gzipSync(goodTar.subarray(0, -512))],
    ['tar-truncated', 'a part of a block', () => gzipSync(goodTar.subarray(0, -100))],
    [
      'tar-trailing',
      'a file after the end of the archive',
      () => gzipSync(Buffer.concat([goodTar, entryBlocks({ name: 'package/hidden' }), endOfArchive])),
    ],
    [
      'tar-trailing',
      'bytes in the padding',
      () => gzipSync(Buffer.concat([entryBlocks(packageJson), entryBlocks(entry).fill('x', 1000), endOfArchive])),
    ],
    [
      'tar-header',
      'a wrong header checksum',
      () => {
        const tar = Buffer.from(goodTar);
        tar[0] = 0x71;
        return gzipSync(tar);
      },
    ],
    ['tar-header', 'no ustar magic', () => withHeader((header) => header.fill(0, 257, 265))],
    ['tar-header', 'a header without size', () => withHeader((header) => header.fill(0, 124, 136))],
    ['tar-header', 'a file with a link target', () => withExtra({ name: 'package/LICENSE', linkpath: '/etc/passwd' })],
    [
      'entry-type',
      'a symbolic link',
      () => withExtra({ name: 'package/LICENSE', type: 'SymbolicLink', linkpath: '/etc/passwd' }),
    ],
    [
      'entry-type',
      'a hard link',
      () => withExtra({ name: 'package/LICENSE', type: 'Link', linkpath: 'package/plugin.mjs' }),
    ],
    ['entry-type', 'a character device', () => withExtra({ name: 'package/LICENSE', type: 'CharacterDevice' })],
    ['entry-type', 'a block device', () => withExtra({ name: 'package/LICENSE', type: 'BlockDevice' })],
    ['entry-type', 'a pipe', () => withExtra({ name: 'package/LICENSE', type: 'FIFO' })],
    ['entry-type', 'a directory', () => withExtra({ name: 'package/', type: 'Directory' })],
    ['entry-type', 'a contiguous file', () => withExtra({ name: 'package/LICENSE', type: 'ContiguousFile' })],
    [
      'entry-type',
      'a pax header',
      () => withExtra({ name: 'PaxHeader/x', type: 'ExtendedHeader', content: '20 path=package/evil\n' }),
    ],
    [
      'entry-type',
      'a global pax header',
      () => withExtra({ name: 'PaxHeader/x', type: 'GlobalExtendedHeader', content: '20 path=package/evil\n' }),
    ],
    [
      'entry-type',
      'a GNU long name',
      () => withExtra({ name: '././@LongLink', type: 'NextFileHasLongPath', content: 'package/evil\0' }),
    ],
    [
      'entry-type',
      'a GNU long link',
      () => withExtra({ name: '././@LongLink', type: 'NextFileHasLongLinkpath', content: 'package/evil\0' }),
    ],
    ['unsafe-name', 'an absolute name', () => withExtra({ name: '/etc/cron.d/evil' })],
    ['unsafe-name', 'a name with ..', () => withExtra({ name: 'package/../../evil' })],
    ['duplicate-name', 'the entry twice', () => archiveOf([packageJson, entry, entry])],
    ['duplicate-name', 'package.json twice', () => archiveOf([packageJson, packageJson, entry])],
    ['other-file', 'another file', () => withExtra({ name: 'package/index.js' })],
    ['other-file', 'a name in other letters', () => withExtra({ name: 'package/readme.md' })],
    ['other-file', 'a dependency', () => withExtra({ name: 'package/node_modules/x/index.js' })],
    ['other-file', 'a name with .', () => withExtra({ name: 'package/./plugin.mjs' })],
    ['other-file', 'another folder', () => withExtra({ name: 'other/plugin.mjs' })],
    ['package-json', 'no package.json', () => archiveOf([entry])],
    [
      'package-json',
      'package.json outside of package/',
      () => archiveOf([{ ...packageJson, name: 'package.json' }, entry]),
    ],
    ['entry-missing', 'no entry', () => archiveOf([packageJson])],
  ],
  'its package.json': [
    ['package-json', 'not JSON', () => withManifestText('{')],
    [
      'package-json',
      'not UTF-8',
      () => archiveOf([{ name: packageJson.name, content: Buffer.from([0x22, 0xff, 0x22]) }, entry]),
    ],
    ['package-json', 'a byte order mark', () => withManifestText(`\uFEFF${packageJson.content}`)],
    ['package-json', 'a package.json over 1 MiB', () => withManifestText(packageJson.content + ' '.repeat(1024 ** 2))],
    ['manifest', 'an array', () => withManifestText('[]')],
    ['manifest', 'null', () => withManifestText('null')],
    ['manifest', 'no name', () => withPackage({ name: undefined })],
    ['manifest', 'a name that is a path', () => withPackage({ name: '../evil' })],
    ['manifest', 'a version that is none', () => withPackage({ version: 'latest' })],
    ['manifest', 'no secretProvider', () => withPackage({ secretProvider: undefined })],
    [
      'proto-key',
      'a key __proto__ at the top',
      () => withManifestText(packageJson.content.replace('{', '{"__proto__":{},')),
    ],
    [
      'proto-key',
      'a nested key __proto__',
      () => withManifestText(packageJson.content.replace('{', '{"x":[{"__proto__":1}],')),
    ],
    [
      'proto-key',
      'an escaped key __proto__',
      () => withManifestText(packageJson.content.replace('{', '{"x":{"__\\u0070roto__":1},')),
    ],
    [
      'proto-key',
      'a key __proto__ in an object that is replaced',
      () => withManifestText(packageJson.content.replace('{', '{"x":{"__proto__" : 1},"x":{},')),
    ],
    [
      'proto-key',
      'a factory __proto__',
      () => withManifestText(packageJson.content.replace('"TestFactory":', '"__proto__":{},"TestFactory":')),
    ],
  ],
  'its manifest': [
    ['manifest', 'an unknown field of secretProvider', () => withManifest({ surprise: true })],
    ['manifest', 'an unknown field of a factory', () => withFactory({ surprise: true })],
    ['manifest', 'an unknown field of a key', () => withFactory({ configuration: [{ key: 'a', surprise: true }] })],
    [
      'manifest',
      'a configuration key without its name',
      () => withFactory({ configuration: [{ label: 'without key' }] }),
    ],
    ['manifest', 'a configuration key twice', () => withFactory({ configuration: [{ key: 'a' }, { key: 'a' }] })],
    ['manifest', 'a configuration key with braces', () => withFactory({ configuration: [{ key: 'a{b}' }] })],
    ['manifest', 'a mark that is no boolean', () => withFactory({ configuration: [{ key: 'a', required: 'yes' }] })],
    [
      'manifest',
      'a kind of key that we do not know',
      () => withFactory({ configuration: [{ key: 'a', kind: 'url' }] }),
    ],
    ['manifest', 'no display name', () => withFactory({ displayName: undefined })],
    ['manifest', 'a display name that is no text', () => withFactory({ displayName: 1 })],
    ['manifest', 'more bytes than a value has', () => withFactory({ maxValueBytes: 65_537 })],
    ['manifest', 'no bytes at all', () => withFactory({ maxValueBytes: 0 })],
    ['manifest', 'no factory', () => withManifest({ factories: {} })],
    [
      'manifest',
      'a factory that is no class name',
      () => withManifest({ factories: { 'not a class': { displayName: 'x' } } }),
    ],
    ['manifest', 'an entry outside', () => withManifest({ entry: '../plugin.mjs' })],
    ['manifest', 'an entry in a folder', () => withManifest({ entry: 'dist/plugin.mjs' })],
    ['manifest', 'an entry that is no .mjs', () => withManifest({ entry: 'plugin.js' })],
    ['manifest', 'an entry without a name', () => withManifest({ entry: '.mjs' })],
    ['interface-version', 'a later minor version', () => withManifest({ interfaceVersion: '1.3.0' })],
    ['interface-version', 'a later patch', () => withManifest({ interfaceVersion: '1.2.1' })],
    ['interface-version', 'a later major version', () => withManifest({ interfaceVersion: '2.0.0' })],
    ['interface-version', 'an earlier major version', () => withManifest({ interfaceVersion: '0.9.0' })],
    ['interface-version', 'a pre-release', () => withManifest({ interfaceVersion: '1.0.0-beta.1' })],
    ['interface-version', 'half a version', () => withManifest({ interfaceVersion: '1.0' })],
    ['interface-version', 'a version with a letter', () => withManifest({ interfaceVersion: 'v1.0.0' })],
    [
      'interface-version',
      'a later version with fields of its own',
      () => withManifest({ interfaceVersion: '1.3.0', fieldOfTheFuture: true }),
    ],
    ['egress', 'a host without port', () => withFactory({ egress: ['vault.example.com'] })],
    ['egress', 'a URL in the list', () => withFactory({ egress: ['https://vault.example.com:8200'] })],
    ['egress', 'port 0', () => withFactory({ egress: ['vault.example.com:0'] })],
    ['egress', 'port 65536', () => withFactory({ egress: ['vault.example.com:65536'] })],
    ['egress', 'a wildcard', () => withFactory({ egress: ['*:443'] })],
    ['egress', 'a host with a space', () => withFactory({ egress: ['a b:443'] })],
    ['egress', 'an undeclared key', () => withFactory({ egress: ['{vault_addr}'] })],
    [
      'egress',
      'a key of kind file',
      () => withFactory({ configuration: [{ key: 'a', kind: 'file' }], egress: ['{a}'] }),
    ],
    ['egress', 'a key with a port', () => withFactory({ configuration: [{ key: 'a' }], egress: ['{a}:443'] })],
    ['egress', 'localhost', () => withFactory({ egress: ['localhost:8200'] })],
    ['egress', '127.0.0.1', () => withFactory({ egress: ['127.0.0.1:8200'] })],
    ['egress', '::1', () => withFactory({ egress: ['[::1]:8200'] })],
    ['egress', 'mapped 127.0.0.1', () => withFactory({ egress: ['[::ffff:127.0.0.1]:8200'] })],
    ['egress', '0.0.0.0', () => withFactory({ egress: ['0.0.0.0:8200'] })],
  ],
};

for (const [what, cases] of Object.entries(bad)) {
  describe(`is refused for ${what}`, () => {
    test.each(cases)('%s: %s', async (rule, _what, bytes) => {
      expect(await ruleOf(bytes())).toBe(rule);
    });
  });
}

test('reading a module never pollutes a prototype', async () => {
  await ruleOf(withManifestText(packageJson.content.replace('{', '{"__proto__":{"polluted":true},')));
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});
