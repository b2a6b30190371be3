import { mkdtemp, readFile, rm, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create } from 'tar';

interface ModuleParts {
  readonly version: string;
  /** what a worker reads instead of what was written */
  readonly readsWrong?: boolean;
}

/**
 * A provider without a vault: what it stores stands, turned round, in the identifier that it gives. So it works on both
 * sides without a way out of the sandbox. It neither updates nor deletes. With a pin, it writes only with one that has the
 * word `writer` in it, and reads only with one that has `reader`.
 */
const source = ({ readsWrong = false }: ModuleParts) => `
const turned = (text) => [...text].reverse().join('');
export class TurnedFactory {
  create(configuration) {
    const prefix = configuration.get('prefix');
    if (!prefix) throw new Error('the prefix is missing');
    const pin = configuration.get('pin');
    const demand = (side) => {
      if (pin && !pin.includes(side)) throw new Error('the pin does not permit it');
    };
    return {
      createSecret: (value, { secretId }) => {
        demand('writer');
        return { getProviderKey: () => prefix + '/' + secretId + '/' + turned(value) };
      },
      updateSecret: () => { throw new Error('not allowed'); },
      deleteSecret: () => false,
      allowsCreate: () => true, allowsUpdate: () => false, allowsDelete: () => false,
      getSecret: (id) => {
        demand('reader');
        const value = turned(id.getProviderKey().split('/').slice(2).join('/'));
        return { getValue: () => ${readsWrong ? "value + '!'" : 'value'}, getTtl: () => 0 };
      },
      getSecretVersion: () => '1', secretLastUpdated: () => new Date(0), getTtl: () => 0,
    };
  }
}
`;

const configuration = [
  {
    key: 'prefix',
    label: 'Prefix',
    description: 'In front of each identifier',
    required: true,
    secret: false,
    placeholder: 'team-a',
  },
  { key: 'pin', label: 'Pin', secret: true },
  { key: 'identity', label: 'Workload identity', kind: 'file', placeholder: '/run/identity/token' },
  { key: 'region', label: 'Region', secret: false },
];

/** A module file as `npm pack` writes it, for a file field of the browser. */
export const moduleFile = async (parts: ModuleParts) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'module-'));
  try {
    const factories = {
      TurnedFactory: { displayName: 'Turned round', description: 'for tests', configuration, egress: [] },
    };
    const secretProvider = { interfaceVersion: '1.1.0', entry: 'plugin.mjs', factories };
    await mkdir(path.join(directory, 'package'));
    await writeFile(
      path.join(directory, 'package/package.json'),
      JSON.stringify({ name: 'turned', version: parts.version, secretProvider }),
    );
    await writeFile(path.join(directory, 'package/plugin.mjs'), source(parts));
    const file = path.join(directory, 'module.tgz');
    await create({ gzip: true, portable: true, noPax: true, cwd: directory, file }, [
      'package/package.json',
      'package/plugin.mjs',
    ]);
    return { name: `turned-${parts.version}.tgz`, mimeType: 'application/gzip', buffer: await readFile(file) };
  } finally {
    await rm(directory, { recursive: true });
  }
};
