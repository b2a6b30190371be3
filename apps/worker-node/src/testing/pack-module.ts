import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create } from 'tar';

export const factoryClassName = 'TestSecretProviderFactory';

/** A plugin module file whose factory takes `address`, which is also its one destination, and `mode`. */
export const packModule = (source: string): { bytes: Buffer; sha256: string } => {
  const folder = mkdtempSync(path.join(tmpdir(), 'secret-store-module-'));
  const secretProvider = {
    interfaceVersion: '1.0.0',
    entry: 'plugin.mjs',
    factories: {
      [factoryClassName]: {
        displayName: 'Test',
        configuration: [{ key: 'address' }, { key: 'mode', secret: true }],
        egress: ['{address}'],
      },
    },
  };
  mkdirSync(path.join(folder, 'package'));
  writeFileSync(
    path.join(folder, 'package/package.json'),
    JSON.stringify({ name: 'test-provider', version: '1.0.0', secretProvider }),
  );
  writeFileSync(path.join(folder, 'package/plugin.mjs'), source);
  const file = path.join(folder, 'module.tgz');
  create({ cwd: folder, file, gzip: true, portable: true, noPax: true, sync: true }, [
    'package/package.json',
    'package/plugin.mjs',
  ]);
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
};
