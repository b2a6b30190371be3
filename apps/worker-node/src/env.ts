import path from 'node:path';
import {
  defaultFileRoots,
  fileRootsRule,
  isLoopbackListener,
  isolationRule,
  parseFileRoots,
  parseIsolationSetting,
} from '@secret-store/plugin-host/settings';
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

export interface DaemonSettings {
  readonly workerDirectory: string;
  readonly backendUrl: URL;
  readonly sandboxDirectory: string;
  readonly isolation: 'auto' | 'strict';
  /** folders that may hold the files of configuration keys of kind `file` */
  readonly pluginFileRoots: readonly string[];
  /** null: the file in the worker's directory */
  readonly rootFingerprint: string | null;
  readonly logLevel: string;
}

export const readDaemonSettings = (): DaemonSettings => {
  const backendUrl = readBackendUrl(required('SECRET_STORE_BACKEND_URL', 'the address of the store'));
  return {
    workerDirectory: path.resolve(required('SECRET_STORE_WORKER_DIRECTORY', "the folder with this worker's keys")),
    backendUrl,
    sandboxDirectory: path.resolve(
      required('SECRET_STORE_SANDBOX_DIRECTORY', "the folder with the sandbox's runner.mjs"),
    ),
    isolation: readIsolation() ?? (isLoopbackListener(backendUrl.hostname) ? 'auto' : 'strict'),
    pluginFileRoots: readFileRoots(),
    rootFingerprint: process.env.SECRET_STORE_ROOT_FINGERPRINT || null,
    logLevel: process.env.SECRET_STORE_LOG_LEVEL || 'info',
  };
};

const required = (name: string, what: string): string => {
  const value = process.env[name];
  if (!value) throw new SettingError(`${name} is not set: set it to ${what}`);
  return value;
};

const readIsolation = (): 'auto' | 'strict' | undefined => {
  const text = process.env.SECRET_STORE_PLUGIN_ISOLATION;
  if (!text) return undefined;
  const setting = parseIsolationSetting(text);
  if (setting === null) throw new SettingError(`SECRET_STORE_PLUGIN_ISOLATION ${isolationRule}`);
  return setting;
};

const readFileRoots = (): readonly string[] => {
  const roots = parseFileRoots(process.env.SECRET_STORE_PLUGIN_FILE_ROOTS || defaultFileRoots);
  if (roots === null) throw new SettingError(`SECRET_STORE_PLUGIN_FILE_ROOTS ${fileRootsRule}`);
  return roots;
};

const readBackendUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackListener(url.hostname))) return url;
  throw new SettingError('SECRET_STORE_BACKEND_URL must be an https address, or an http address on loopback');
};
