import { type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { parseTrustedKeys, trustedKeysRule } from '@secret-store/plugin-host';
import {
  defaultFileRoots,
  fileRootsRule,
  isLoopbackListener,
  parseFileRoots,
} from '@secret-store/plugin-host/settings';
import type { BackendAddress } from './backend/backend-address.ts';
import { findInstallation, readDirectories, readIsolation } from './env.ts';
import { SettingError } from './errors/setting-error.ts';

export interface DaemonSettings {
  readonly workerDirectory: string;
  readonly backend: BackendAddress;
  readonly sandboxDirectory: string;
  readonly isolation: 'auto' | 'strict';
  /** folders that may hold the files of configuration keys of kind `file` */
  readonly pluginFileRoots: readonly string[];
  /** the store's, where it is on this machine: commands must not see it */
  readonly tlsKey: string | null;
  /** whose signature a module needs to be run; none: modules need none */
  readonly trustedKeys: readonly KeyObject[];
  /** null: the file in the worker's directory */
  readonly rootFingerprint: string | null;
  /** that the pool knows this worker by */
  readonly name: string;
  readonly logLevel: string;
}

export const readDaemonSettings = (): DaemonSettings => {
  const backend = readBackendAddress();
  return {
    workerDirectory: readDirectories(findInstallation(import.meta.dirname)).workerDirectory,
    backend,
    sandboxDirectory: readSandboxDirectory(),
    isolation: readIsolation() ?? usualIsolation(backend),
    pluginFileRoots: readFileRoots(),
    tlsKey: process.env.SECRET_STORE_TLS_KEY ? path.resolve(process.env.SECRET_STORE_TLS_KEY) : null,
    trustedKeys: readTrustedKeys(),
    rootFingerprint: process.env.SECRET_STORE_ROOT_FINGERPRINT || null,
    name: readName(),
    logLevel: process.env.SECRET_STORE_LOG_LEVEL || 'info',
  };
};

const nameLengthMaximum = 200;

const readName = (): string => {
  const name = process.env.SECRET_STORE_WORKER_NAME || hostname() || 'worker';
  if (name.length <= nameLengthMaximum && name.isWellFormed() && !/\p{Cc}/u.test(name)) return name;
  throw new SettingError(`SECRET_STORE_WORKER_NAME must be one line of at most ${nameLengthMaximum} characters`);
};

const required = (name: string, what: string): string => {
  const value = process.env[name];
  if (!value) throw new SettingError(`${name} is not set: set it to ${what}`);
  return value;
};

/** In the worker's own package, and where it is built in a checkout. */
const usualSandboxDirectories = ['sandbox', '../../libs/plugin-host'];

const readSandboxDirectory = (): string => {
  const usual = usualSandboxDirectories
    .map((name) => path.resolve(import.meta.dirname, name))
    .find((directory) => existsSync(path.join(directory, 'runner.mjs')));
  const named = process.env.SECRET_STORE_SANDBOX_DIRECTORY;
  return path.resolve(
    named || usual || required('SECRET_STORE_SANDBOX_DIRECTORY', "the folder with the sandbox's runner.mjs"),
  );
};

const readFileRoots = (): readonly string[] => {
  const roots = parseFileRoots(process.env.SECRET_STORE_PLUGIN_FILE_ROOTS || defaultFileRoots);
  if (roots === null) throw new SettingError(`SECRET_STORE_PLUGIN_FILE_ROOTS ${fileRootsRule}`);
  return roots;
};

const readTrustedKeys = (): readonly KeyObject[] => {
  const keys = parseTrustedKeys(process.env.SECRET_STORE_PLUGIN_TRUSTED_KEYS ?? '');
  if (keys === null) throw new SettingError(`SECRET_STORE_PLUGIN_TRUSTED_KEYS ${trustedKeysRule}`);
  return keys;
};

/** The launcher of a backend and a worker on one machine names the folder of the socket between them. */
export const readBackendAddress = (): BackendAddress => {
  const socketDirectory = process.env.SECRET_STORE_BACKEND_SOCKET_DIRECTORY;
  if (socketDirectory) return { socketDirectory: path.resolve(socketDirectory) };
  const url = readBackendUrl(required('SECRET_STORE_BACKEND_URL', 'the address of the store'));
  return { url, authorities: readAuthorities(process.env.SECRET_STORE_CA_FILE) };
};

/** A socket does not tell who else can reach the store. */
const usualIsolation = (backend: BackendAddress): 'auto' | 'strict' =>
  'url' in backend && isLoopbackListener(backend.url.hostname) ? 'auto' : 'strict';

const readBackendUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackListener(url.hostname))) return url;
  throw new SettingError('SECRET_STORE_BACKEND_URL must be an https address, or an http address on loopback');
};

const certificateInPem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of the file; none where there is no file. */
const readAuthorities = (file: string | undefined): readonly string[] => {
  if (!file) return [];
  try {
    const certificates = readFileSync(file, 'utf8').match(certificateInPem) ?? [];
    if (certificates.length > 0) return certificates.map((text) => new X509Certificate(text).toString());
  } catch (error) {
    throw new SettingError(`${authoritiesRule}: ${file} cannot be read`, { cause: error });
  }
  throw new SettingError(`${authoritiesRule}: ${file} has none`);
};

const authoritiesRule = 'SECRET_STORE_CA_FILE must name a file with certificates in PEM';
