import path from 'node:path';
import { SettingError } from './errors/setting-error.ts';

export interface ExecSettings {
  readonly dataDirectory: string;
  readonly strict: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Settings of `exec`. No schema library here: it would double the time that `exec` takes. */
export const readExecSettings = (checkout: string): ExecSettings => ({
  dataDirectory: path.resolve(checkout, process.env.SECRET_STORE_DATA_DIR || '.secret-store'),
  strict: readIsolation(process.env.SECRET_STORE_PLUGIN_ISOLATION) === 'strict',
  environment: process.env,
});

export interface DaemonSettings {
  readonly workerDirectory: string;
  readonly backendUrl: URL;
  readonly sandboxDirectory: string;
  readonly isolation: 'auto' | 'strict';
  /** where the files of configuration keys of kind `file` may be */
  readonly pluginFileRoots: readonly string[];
  /** null: the file in the worker's directory */
  readonly rootFingerprint: string | null;
  readonly logLevel: string;
}

export const readDaemonSettings = (): DaemonSettings => {
  const backendUrl = readBackendUrl(required('SECRET_STORE_BACKEND_URL'));
  return {
    workerDirectory: path.resolve(required('SECRET_STORE_WORKER_DIRECTORY')),
    backendUrl,
    sandboxDirectory: path.resolve(required('SECRET_STORE_SANDBOX_DIRECTORY')),
    isolation: readIsolation(process.env.SECRET_STORE_PLUGIN_ISOLATION) ?? (isLoopback(backendUrl) ? 'auto' : 'strict'),
    pluginFileRoots: readFileRoots(process.env.SECRET_STORE_PLUGIN_FILE_ROOTS || '/var/run/secrets'),
    rootFingerprint: process.env.SECRET_STORE_ROOT_FINGERPRINT || null,
    logLevel: process.env.SECRET_STORE_LOG_LEVEL || 'info',
  };
};

const required = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new SettingError(`${name} is not set: npm start sets it for the worker that it starts`);
  return value;
};

const readIsolation = (text: string | undefined): 'auto' | 'strict' | undefined => {
  if (!text) return undefined;
  if (text === 'auto' || text === 'strict') return text;
  throw new SettingError('SECRET_STORE_PLUGIN_ISOLATION must be auto or strict');
};

const readFileRoots = (text: string): string[] => {
  const roots = text.split(':').filter((root) => root !== '');
  if (roots.every((root) => path.isAbsolute(root))) return roots;
  throw new SettingError('SECRET_STORE_PLUGIN_FILE_ROOTS must list absolute folders, separated by colons');
};

const readBackendUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url))) return url;
  throw new SettingError('SECRET_STORE_BACKEND_URL must be an https address, or an http address on loopback');
};

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
