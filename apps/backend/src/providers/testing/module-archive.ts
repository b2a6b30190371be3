import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create } from 'tar';

/**
 * A provider in a few lines. `token` is required; the words `explode`, `hang` and `leave` in it make the start fail, hang
 * and end the process.
 */
export const pluginSource = (note = '') => `// ${note}
class KeyError extends Error {
  constructor(key) { super('configuration key ' + key + ' is missing'); this.name = 'ConfigurationError'; this.code = 'CONFIGURATION'; this.key = key; }
}
export class TestFactory {
  create(config) {
    const token = config.get('token');
    if (!token) throw new KeyError('token');
    if (token.includes('explode')) throw new Error('bad credential ' + token);
    if (token.includes('leave')) process.exit(3);
    const held = new Map();
    return {
      createSecret: (value, context) => { held.set(context.secretId, value); return { getProviderKey: () => 'vault/' + context.secretId }; },
      updateSecret: (id, value, context) => 'v' + context.version,
      deleteSecret: (id, context) => held.delete(context.secretId),
      allowsCreate: () => true, allowsUpdate: () => true, allowsDelete: () => true,
      identifierFor: (context) => ({ getProviderKey: () => 'vault/' + context.secretId }),
      getSecret: () => { throw new Error('not here'); },
      getSecretVersion: (id, context) => 'v' + context.version, secretLastUpdated: () => new Date(), getTtl: () => 0,
    };
  }
}
export class OtherFactory extends TestFactory {}
`;

const configuration = [
  { key: 'address', label: 'Address' },
  { key: 'token', required: true, secret: true },
];

export const factories = {
  TestFactory: { displayName: 'Test', description: 'for tests', configuration, egress: ['{address}'] },
  OtherFactory: { displayName: 'Other', configuration, egress: ['{address}', 'vault.example.com:443'] },
};

export interface ModuleParts {
  readonly source?: string;
  readonly factories?: Record<string, unknown>;
  readonly interfaceVersion?: string;
}

/** A module file as `npm pack` writes it. */
export const moduleArchive = async (parts: ModuleParts = {}): Promise<Buffer> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'module-'));
  try {
    const manifest = {
      name: 'test-plugin',
      version: '1.2.3',
      secretProvider: {
        interfaceVersion: parts.interfaceVersion ?? '1.0.0',
        entry: 'plugin.mjs',
        factories: parts.factories ?? factories,
      },
    };
    await mkdir(path.join(directory, 'package'));
    await writeFile(path.join(directory, 'package/package.json'), JSON.stringify(manifest));
    await writeFile(path.join(directory, 'package/plugin.mjs'), parts.source ?? pluginSource());
    const file = path.join(directory, 'module.tgz');
    await create({ gzip: true, portable: true, noPax: true, cwd: directory, file }, [
      'package/package.json',
      'package/plugin.mjs',
    ]);
    return await readFile(file);
  } finally {
    await rm(directory, { recursive: true });
  }
};
