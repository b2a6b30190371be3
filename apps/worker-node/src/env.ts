import path from 'node:path';
import { isolationRule, parseIsolationSetting } from '@secret-store/plugin-host/settings';
import { SettingError } from './errors/setting-error.ts';

export interface ExecSettings {
  /** of the worker to ask */
  readonly workerDirectory: string;
  /** which the command cannot see */
  readonly hiddenDirectory: string;
  readonly strict: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Settings of `exec`. Uses no schema library, which would double the time that `exec` takes. */
export const readExecSettings = (checkout: string): ExecSettings => {
  const dataDirectory = path.resolve(checkout, process.env.SECRET_STORE_DATA_DIR || '.secret-store');
  const workerDirectory = path.resolve(process.env.SECRET_STORE_WORKER_DIRECTORY || path.join(dataDirectory, 'worker'));
  return {
    workerDirectory,
    hiddenDirectory: path.dirname(workerDirectory) === dataDirectory ? dataDirectory : workerDirectory,
    strict: readIsolation() === 'strict',
    environment: process.env,
  };
};

export const readIsolation = (): 'auto' | 'strict' | undefined => {
  const text = process.env.SECRET_STORE_PLUGIN_ISOLATION;
  if (!text) return undefined;
  const setting = parseIsolationSetting(text);
  if (setting === null) throw new SettingError(`SECRET_STORE_PLUGIN_ISOLATION ${isolationRule}`);
  return setting;
};
