import type { KeyObject } from 'node:crypto';
import { fewestConnections, usualConnections } from '@secret-store/db';
import { parseTrustedKeys, trustedKeysRule } from '@secret-store/plugin-host';
import {
  defaultFileRoots,
  fileRootsRule,
  isLoopbackListener,
  isolationRule,
  parseFileRoots,
} from '@secret-store/plugin-host/settings';
import { z } from 'zod';
import { parseTrustedProxies, type TrustedProxies, trustedProxiesRule } from './http/front/trusted-proxies.ts';

const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

const trustedKeys = (text: string, context: z.RefinementCtx): readonly KeyObject[] => {
  const keys = parseTrustedKeys(text);
  if (keys) return keys;
  context.addIssue(trustedKeysRule);
  return z.NEVER;
};

const fileRoots = (text: string, context: z.RefinementCtx): readonly string[] => {
  const roots = parseFileRoots(text);
  if (roots) return roots;
  context.addIssue(fileRootsRule);
  return z.NEVER;
};

const trustedProxies = (text: string, context: z.RefinementCtx): TrustedProxies => {
  const proxies = parseTrustedProxies(text);
  if (proxies) return proxies;
  context.addIssue(trustedProxiesRule);
  return z.NEVER;
};

/** An IPv6 address may have the brackets that it has in a URL. */
const withoutBrackets = (host: string): string => /^\[(.*:.*)\]$/.exec(host)?.[1] ?? host;

const poolRule = `must be a whole number from ${fewestConnections}: the connections of this backend to the database`;

const Environment = z.object({
  SECRET_STORE_HOST: z.string().default('127.0.0.1').transform(withoutBrackets),
  SECRET_STORE_PORT: z.coerce.number('must be a port number').int().min(0).max(65_535).default(4000),
  SECRET_STORE_PUBLIC_URL: webAddress.optional(),
  SECRET_STORE_TLS_CERT: z.string().optional(),
  SECRET_STORE_TLS_KEY: z.string().optional(),
  SECRET_STORE_BACKEND_DIRECTORY: z.string("must name the backend's folder"),
  SECRET_STORE_BACKEND_SOCKET_DIRECTORY: z.string().optional(),
  SECRET_STORE_SANDBOX_DIRECTORY: z.string("must name the folder of the sandbox's files"),
  SECRET_STORE_PANEL_ORIGIN: webAddress.optional(),
  SECRET_STORE_DEVELOPMENT: z.stringbool('must be true or false').default(false),
  DATABASE_URL: z.string('must be the address of a PostgreSQL database'),
  SECRET_STORE_DATABASE_POOL: z.coerce
    .number(poolRule)
    .int(poolRule)
    .min(fewestConnections, poolRule)
    .max(1_000, poolRule)
    .default(usualConnections),
  SECRET_STORE_ADMIN_USERNAME: z.string().optional(),
  SECRET_STORE_ADMIN_PASSWORD: z.string().optional(),
  SECRET_STORE_ADMIN_API_KEY: z.string().optional(),
  SECRET_STORE_ADMIN_FROM_LAUNCHER: z.stringbool('must be true or false').default(false),
  SECRET_STORE_ROOT_FINGERPRINT: z.string().optional(),
  SECRET_STORE_PLUGIN_ISOLATION: z.enum(['auto', 'strict'], isolationRule).optional(),
  SECRET_STORE_PLUGIN_TRUSTED_KEYS: z.string().default('').transform(trustedKeys),
  SECRET_STORE_PLUGIN_FILE_ROOTS: z.string().default(defaultFileRoots).transform(fileRoots),
  SECRET_STORE_TRUSTED_PROXIES: z.string().default('').transform(trustedProxies),
  SECRET_STORE_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'must be a level such as info')
    .default('info'),
});

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | null;
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | null;
  readonly backendDirectory: string;
  /** for the socket of the worker beside this backend; null for none */
  readonly workerSocketDirectory: string | null;
  readonly sandboxDirectory: string;
  readonly panelOrigin: string | null;
  /** the panel is `next dev`: hot reload, and the policy that it needs */
  readonly development: boolean;
  readonly databaseUrl: string;
  /** connections at most */
  readonly databasePool: number;
  readonly administrator: { readonly username?: string; readonly password?: string; readonly apiKey?: string };
  /** `administrator` comes as a message from the process that started this one */
  readonly administratorFromLauncher: boolean;
  readonly rootFingerprint: string | null;
  readonly isolation: 'auto' | 'strict';
  readonly trustedKeys: readonly KeyObject[];
  /** where the files of configuration keys of kind `file` may be */
  readonly pluginFileRoots: readonly string[];
  /** whose word on the client counts */
  readonly trustedProxies: TrustedProxies;
  readonly logLevel: string;
}

/** A setting is missing or bad. Names it, never its value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SETTINGS';
}

const tlsOf = (certificateFile: string | undefined, keyFile: string | undefined) => {
  if (certificateFile !== undefined && keyFile !== undefined) return { certificateFile, keyFile };
  if (certificateFile === undefined && keyFile === undefined) return null;
  throw new SettingsError('SECRET_STORE_TLS_CERT and SECRET_STORE_TLS_KEY belong together: set both or none');
};

/** An empty variable counts as not set. */
export const readSettings = (environment: Readonly<Record<string, string | undefined>> = process.env): Settings => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    throw new SettingsError(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; '));
  }
  const env = parsed.data;
  const tls = tlsOf(env.SECRET_STORE_TLS_CERT, env.SECRET_STORE_TLS_KEY);
  const publicUrl = env.SECRET_STORE_PUBLIC_URL ?? null;
  const local = isLoopbackListener(env.SECRET_STORE_HOST);
  if (!local && !tls && (!publicUrl?.startsWith('https:') || env.SECRET_STORE_TRUSTED_PROXIES.isEmpty)) {
    throw new SettingsError(
      'SECRET_STORE_HOST is not a loopback address: set SECRET_STORE_TLS_CERT and SECRET_STORE_TLS_KEY, or set ' +
        'SECRET_STORE_PUBLIC_URL to the https address of the proxy in front and SECRET_STORE_TRUSTED_PROXIES to the ' +
        "proxy's own address",
    );
  }
  if (
    env.SECRET_STORE_DEVELOPMENT &&
    !(local && (publicUrl === null || isLoopbackListener(new URL(publicUrl).hostname)))
  ) {
    throw new SettingsError(
      'SECRET_STORE_DEVELOPMENT relaxes the content security policy: unset it, or use a loopback address for ' +
        'SECRET_STORE_HOST and SECRET_STORE_PUBLIC_URL',
    );
  }
  return {
    host: env.SECRET_STORE_HOST,
    port: env.SECRET_STORE_PORT,
    publicUrl,
    tls,
    backendDirectory: env.SECRET_STORE_BACKEND_DIRECTORY,
    workerSocketDirectory: env.SECRET_STORE_BACKEND_SOCKET_DIRECTORY ?? null,
    sandboxDirectory: env.SECRET_STORE_SANDBOX_DIRECTORY,
    panelOrigin: env.SECRET_STORE_PANEL_ORIGIN ?? null,
    development: env.SECRET_STORE_DEVELOPMENT,
    databaseUrl: env.DATABASE_URL,
    databasePool: env.SECRET_STORE_DATABASE_POOL,
    administrator: {
      ...(env.SECRET_STORE_ADMIN_USERNAME !== undefined && { username: env.SECRET_STORE_ADMIN_USERNAME }),
      ...(env.SECRET_STORE_ADMIN_PASSWORD !== undefined && { password: env.SECRET_STORE_ADMIN_PASSWORD }),
      ...(env.SECRET_STORE_ADMIN_API_KEY !== undefined && { apiKey: env.SECRET_STORE_ADMIN_API_KEY }),
    },
    administratorFromLauncher: env.SECRET_STORE_ADMIN_FROM_LAUNCHER,
    rootFingerprint: env.SECRET_STORE_ROOT_FINGERPRINT ?? null,
    isolation: env.SECRET_STORE_PLUGIN_ISOLATION ?? (local ? 'auto' : 'strict'),
    trustedKeys: env.SECRET_STORE_PLUGIN_TRUSTED_KEYS,
    pluginFileRoots: env.SECRET_STORE_PLUGIN_FILE_ROOTS,
    trustedProxies: env.SECRET_STORE_TRUSTED_PROXIES,
    logLevel: env.SECRET_STORE_LOG_LEVEL,
  };
};
