import { existsSync } from 'node:fs';
import path from 'node:path';
import { CommandProblem, exitCodes } from '@secret-store/command-line';
import { startEmbeddedDatabase } from '@secret-store/db';
import type { BackendKeys } from '../dependencies.ts';
import { readBackendKeys } from '../startup/read-backend-keys.ts';

/** The checkout, as seen from the built program in dist/apps/backend. */
export const checkout = path.resolve(import.meta.dirname, '../../..');

/** Where the store is that a command works on. */
export interface StoreSettings {
  readonly dataDirectory: string;
  readonly backendDirectory: string;
  /** null: the embedded database */
  readonly databaseUrl: string | null;
  /** of the role that owns the tables; null: `databaseUrl` */
  readonly migrationUrl: string | null;
  readonly rootFingerprint: string | null;
}

export const storeSettings = (environment: NodeJS.ProcessEnv): StoreSettings => {
  const dataDirectory = path.resolve(checkout, environment['SECRET_STORE_DATA_DIR'] || '.secret-store');
  return {
    dataDirectory,
    backendDirectory: environment['SECRET_STORE_BACKEND_DIRECTORY'] || path.join(dataDirectory, 'backend'),
    databaseUrl: environment['DATABASE_URL'] || null,
    migrationUrl: environment['SECRET_STORE_MIGRATION_URL'] || null,
    rootFingerprint: environment['SECRET_STORE_ROOT_FINGERPRINT'] || null,
  };
};

/** @throws {CommandProblem | SealingError} */
export const readKeys = async ({ backendDirectory, rootFingerprint }: StoreSettings): Promise<BackendKeys> => {
  if (!existsSync(backendDirectory)) {
    throw new CommandProblem(
      exitCodes.configuration,
      `there is no backend's folder at ${backendDirectory}: set SECRET_STORE_DATA_DIR or SECRET_STORE_BACKEND_DIRECTORY`,
    );
  }
  return readBackendKeys(backendDirectory, rootFingerprint);
};

export interface StoreDatabase {
  /** as the application */
  readonly url: string;
  /** as the owner of the tables */
  readonly migrationUrl: string;
}

/** Works on the store's database; the embedded one is started where it does not run, and left as it was found. */
export const withDatabase = async <T>(
  { databaseUrl, migrationUrl, dataDirectory }: StoreSettings,
  work: (database: StoreDatabase) => Promise<T>,
): Promise<T> => {
  if (databaseUrl !== null) return work({ url: databaseUrl, migrationUrl: migrationUrl ?? databaseUrl });
  const directory = path.join(dataDirectory, 'database');
  if (!existsSync(directory)) {
    throw new CommandProblem(
      exitCodes.configuration,
      `there is no database in ${dataDirectory}: set DATABASE_URL or SECRET_STORE_DATA_DIR`,
    );
  }
  const server = await startEmbeddedDatabase({ directory, borrowRunning: true });
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
};
