import path from 'node:path';
import { currentRole, migrate, startEmbeddedDatabase } from '@secret-store/db';
import type { Settings } from './settings.ts';

export interface LauncherDatabase {
  /** for the backend: as the application, which reads and writes rows */
  readonly url: string;
  /** applies new migrations as the owner of the tables, and gives the application its rights on them */
  readonly applyMigrations: () => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

export type DatabaseLog = (event: 'database' | 'migration', details: { readonly line: string }) => void;

/** The database of a store, migrated: the embedded one, or the one that DATABASE_URL names. */
export const openDatabase = async (settings: Settings, log: DatabaseLog): Promise<LauncherDatabase> => {
  const { url, migrationUrl, stop } = await findDatabase(settings, log);
  const applyMigrations = async () =>
    migrate({
      url: migrationUrl,
      applicationRole: await currentRole(url),
      migrationsDirectory: path.join(settings.root, 'prisma/migrations'),
      log: (line) => log('migration', { line }),
    });
  try {
    await applyMigrations();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, applyMigrations, stop };
};

const findDatabase = async ({ databaseUrl, migrationUrl, folders }: Settings, log: DatabaseLog) => {
  if (databaseUrl === null) {
    return startEmbeddedDatabase({ directory: folders.database, log: (line) => log('database', { line }) });
  }
  if (migrationUrl === null) log('migration', { line: sameRole });
  return { url: databaseUrl, migrationUrl: migrationUrl ?? databaseUrl, stop: async () => {} };
};

const sameRole =
  'SECRET_STORE_MIGRATION_URL is not set: the database is migrated as the role of DATABASE_URL, which should only read ' +
  'and write rows. docs/database-roles.md says how to use two roles';
