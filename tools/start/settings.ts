import path from 'node:path';
import { isLoopbackListener } from '@secret-store/plugin-host/settings';
import { StartError } from './failures/start-error.ts';
import type { Programs } from './programs.ts';

export interface Place {
  /** the checkout */
  readonly root: string;
  readonly dataDirectory: string;
}

export interface Settings extends Place {
  readonly host: string;
  readonly port: number;
  /** of the worker, unless a setting says otherwise */
  readonly workerIsolation: 'auto' | 'strict';
  /** null: the embedded database */
  readonly databaseUrl: string | null;
  /** as the role that owns the tables of `databaseUrl`; null: that is the role of `databaseUrl` too */
  readonly migrationUrl: string | null;
  readonly folders: {
    readonly database: string;
    readonly backend: string;
    readonly worker: string;
    readonly recovery: string;
    /** for the socket between backend and worker */
    readonly socket: string;
  };
}

/** The environment that every child gets, in addition to its own variables. */
const inherited = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'TZ',
  'TMPDIR',
  'NODE_EXTRA_CA_CERTS',
  'SECRET_STORE_LOG_LEVEL',
  'SECRET_STORE_PLUGIN_ISOLATION',
  'SECRET_STORE_PLUGIN_FILE_ROOTS',
  'SECRET_STORE_PLUGIN_TRUSTED_KEYS',
  'SECRET_STORE_ROOT_FINGERPRINT',
];

const pick = (environment: NodeJS.ProcessEnv, names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));

const isLocalAddress = (url: string): boolean => URL.canParse(url) && isLoopbackListener(new URL(url).hostname);

const isReachedFromOutside = (host: string, publicUrl = ''): boolean =>
  !isLoopbackListener(host) || (publicUrl !== '' && !isLocalAddress(publicUrl));

export const readSettings = (place: Place, environment: NodeJS.ProcessEnv): Settings => {
  const host = environment.SECRET_STORE_HOST || '127.0.0.1';
  const port = Number(environment.SECRET_STORE_PORT || 4000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StartError('SECRET_STORE_PORT must be a port from 1 to 65535.');
  }
  const databaseUrl = environment.DATABASE_URL || null;
  const migrationUrl = environment.SECRET_STORE_MIGRATION_URL || null;
  if (migrationUrl !== null && databaseUrl === null) {
    throw new StartError(
      'SECRET_STORE_MIGRATION_URL belongs to DATABASE_URL: set both, or neither for the embedded database.',
    );
  }
  const folder = (name: string) => path.join(place.dataDirectory, name);
  return {
    ...place,
    host,
    port,
    workerIsolation: isReachedFromOutside(host, environment.SECRET_STORE_PUBLIC_URL) ? 'strict' : 'auto',
    databaseUrl,
    migrationUrl,
    folders: {
      database: folder('database'),
      backend: folder('backend'),
      worker: folder('worker'),
      recovery: folder('recovery'),
      socket: folder('run'),
    },
  };
};

export const backendEnvironment = (
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  given: { databaseUrl: string; panelOrigin: string; programs: Programs },
): NodeJS.ProcessEnv => ({
  NODE_ENV: 'production',
  ...pick(environment, [
    ...inherited,
    'SECRET_STORE_PUBLIC_URL',
    'SECRET_STORE_DATABASE_POOL',
    'SECRET_STORE_TLS_CERT',
    'SECRET_STORE_TLS_KEY',
    'SECRET_STORE_TRUSTED_PROXIES',
  ]),
  SECRET_STORE_ADMIN_FROM_LAUNCHER: 'true',
  SECRET_STORE_HOST: settings.host,
  SECRET_STORE_PORT: String(settings.port),
  SECRET_STORE_BACKEND_DIRECTORY: settings.folders.backend,
  SECRET_STORE_BACKEND_SOCKET_DIRECTORY: settings.folders.socket,
  SECRET_STORE_SANDBOX_DIRECTORY: given.programs.sandboxDirectory,
  SECRET_STORE_PANEL_ORIGIN: given.panelOrigin,
  ...(given.programs.development && {
    SECRET_STORE_DEVELOPMENT: 'true',
    // the worker asks all the time, and a developer looks for what went wrong
    SECRET_STORE_LOG_LEVEL: environment.SECRET_STORE_LOG_LEVEL || 'warn',
  }),
  DATABASE_URL: given.databaseUrl,
});

export const workerEnvironment = (
  settings: Settings,
  environment: NodeJS.ProcessEnv,
  { sandboxDirectory }: Programs,
): NodeJS.ProcessEnv => ({
  NODE_ENV: 'production',
  // of the key the worker is told the path alone: commands must not see that file
  ...pick(environment, [...inherited, 'SECRET_STORE_TLS_KEY', 'SECRET_STORE_WORKER_NAME']),
  SECRET_STORE_PLUGIN_ISOLATION: environment.SECRET_STORE_PLUGIN_ISOLATION || settings.workerIsolation,
  SECRET_STORE_WORKER_DIRECTORY: settings.folders.worker,
  // not the public address, which this machine may be unable to reach
  SECRET_STORE_BACKEND_SOCKET_DIRECTORY: settings.folders.socket,
  SECRET_STORE_SANDBOX_DIRECTORY: sandboxDirectory,
});

export const panelEnvironment = (
  environment: NodeJS.ProcessEnv,
  port: number,
  { development }: Programs,
): NodeJS.ProcessEnv => ({
  NODE_ENV: development ? 'development' : 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  ...pick(environment, ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR']),
  HOSTNAME: '127.0.0.1',
  PORT: String(port),
});
