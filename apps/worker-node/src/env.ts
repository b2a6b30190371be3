import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  defaultFileRoots,
  isolationRule,
  parseFileRoots,
  parseIsolationSetting,
} from '@secret-store/plugin-host/settings';
import { SettingError } from './errors/setting-error.ts';

export interface ExecSettings {
  /** of the worker to ask */
  readonly workerDirectory: string;
  readonly dataDirectories: readonly string[];
  /** the folders of the plugins' files */
  readonly secretFolders: readonly string[];
  readonly tlsKey: string | null;
  readonly strict: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The folder with our package.json: a checkout, or the worker's own package. */
export const findInstallation = (folder: string): string => {
  const parent = path.dirname(folder);
  return existsSync(path.join(folder, 'package.json')) || parent === folder ? folder : findInstallation(parent);
};

export const readDirectories = (
  installation: string,
): { readonly dataDirectory: string; readonly workerDirectory: string } => {
  const dataDirectory = path.resolve(installation, process.env.SECRET_STORE_DATA_DIR || '.secret-store');
  const named = process.env.SECRET_STORE_WORKER_DIRECTORY;
  return { dataDirectory, workerDirectory: path.resolve(named || path.join(dataDirectory, 'worker')) };
};

/** Settings of `exec`. Uses no schema library, which would double the time that `exec` takes. */
export const readExecSettings = (installation: string): ExecSettings => {
  const { dataDirectory, workerDirectory } = readDirectories(installation);
  return {
    workerDirectory,
    dataDirectories: [
      dataDirectory,
      ...['.secret-store', '.secret-store-dev'].map((name) => path.join(installation, name)),
      dataDirectoryOf(workerDirectory),
    ],
    secretFolders: parseFileRoots(process.env.SECRET_STORE_PLUGIN_FILE_ROOTS || defaultFileRoots) ?? [],
    tlsKey: process.env.SECRET_STORE_TLS_KEY || null,
    strict: readIsolation() === 'strict',
    environment: process.env,
  };
};

/** A worker that a store started lies beside the folders of the others. */
const dataDirectoryOf = (workerDirectory: string): string => {
  const parent = path.dirname(workerDirectory);
  const isOfStore = ['backend', 'database', 'recovery'].some((name) => existsSync(path.join(parent, name)));
  return isOfStore && path.basename(workerDirectory) === 'worker' ? parent : workerDirectory;
};

export const readIsolation = (): 'auto' | 'strict' | undefined => {
  const text = process.env.SECRET_STORE_PLUGIN_ISOLATION;
  if (!text) return undefined;
  const setting = parseIsolationSetting(text);
  if (setting === null) throw new SettingError(`SECRET_STORE_PLUGIN_ISOLATION ${isolationRule}`);
  return setting;
};
