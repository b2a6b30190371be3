import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { connectionAddress } from './client/connection-address.ts';
import { inTransaction } from './client/in-transaction.ts';
import { DatabaseError } from './database-error.ts';
import type { Log } from './log.ts';
import { readMigrations, type Migration } from './read-migrations.ts';
import { grantToApplication } from './roles/grant-to-application.ts';
import { refusePooler } from './stand/refuse-pooler.ts';
import { migrationLock } from './roles/migration-lock.ts';

export interface MigrateOptions {
  /** as the role that owns the tables */
  url: string;
  /**
   * the role with which the application connects, which gets its rights on the tables. Nothing is granted when it is
   * left out, or when it is the owner itself
   */
  applicationRole?: string;
  /** `prisma/migrations` */
  migrationsDirectory: string;
  log?: Log;
}

/**
 * Applies new migrations and returns their names. It keeps Prisma's ledger, so that `prisma migrate` agrees with it, but
 * needs neither Prisma's command line nor its engine. Then the application's role gets its rights on what is there. Throws
 * `NOT_THE_OWNER` when the role of the address may not do either.
 */
export const migrate = async (options: MigrateOptions): Promise<string[]> => {
  const { url, applicationRole, migrationsDirectory, log = () => {} } = options;
  const migrations = await readMigrations(migrationsDirectory);
  await refusePooler(url);
  const client = new pg.Client({
    ...connectionAddress(url),
    connectionTimeoutMillis: 10_000,
    application_name: 'secret-store migrate',
  });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await makeLedger(client);
    const pending = pendingMigrations(migrations, await readLedger(client));
    for (const migration of pending) {
      await apply(client, migration);
      log(`applied migration ${migration.name}`);
    }
    if (applicationRole !== undefined) await inTransaction(client, () => grantToApplication(client, applicationRole));
    return pending.map(({ name }) => name);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    throw new DatabaseError('NOT_THE_OWNER', `the database was not migrated: ${forbidden}`, { cause: error });
  } finally {
    await client.end();
  }
};

interface LedgerRow {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

const readLedger = async (client: pg.Client): Promise<LedgerRow[]> => {
  const { rows } = await client.query<LedgerRow>(
    'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY started_at',
  );
  return rows;
};

const pendingMigrations = (migrations: Migration[], ledger: LedgerRow[]): Migration[] => {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const applied = new Map(ledger.map((row) => [row.migration_name, row]));
  refuse(
    'MIGRATION_HALF_APPLIED',
    ledger.filter((row) => row.finished_at === null),
    'a migration started but did not finish; repair the database and run "npx prisma migrate resolve" in libs/db',
  );
  refuse(
    'MIGRATION_UNKNOWN',
    ledger.filter((row) => !known.has(row.migration_name)),
    'the database is newer than this program; start a newer version',
  );
  refuse(
    'MIGRATION_EDITED',
    ledger.filter((row) => known.get(row.migration_name)?.checksum !== row.checksum),
    'a migration was edited after it was applied; restore the file',
  );
  return migrations.filter((migration) => !applied.has(migration.name));
};

const refuse = (code: DatabaseError['code'], rows: LedgerRow[], message: string): void => {
  if (rows.length === 0) return;
  throw new DatabaseError(code, `${message}: ${rows.map((row) => row.migration_name).join(', ')}`);
};

/** Script and ledger row in one transaction: a crash leaves either both or neither. */
const apply = async (client: pg.Client, { name, sql, checksum }: Migration): Promise<void> => {
  try {
    await inTransaction(client, async () => {
      await client.query(sql);
      await client.query(
        `INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name, applied_steps_count)
         VALUES ($1, $2, clock_timestamp(), $3, 1)`,
        [randomUUID(), checksum, name],
      );
    });
  } catch (error) {
    const message = `migration ${name} failed; none of it was applied`;
    throw isForbidden(error)
      ? new DatabaseError('NOT_THE_OWNER', `${message}: ${forbidden}`, { cause: error })
      : new DatabaseError('MIGRATION_FAILED', message, { cause: error });
  }
};

/** insufficient_privilege, and invalid_schema_name: the role may use no schema */
const forbiddenCodes: readonly unknown[] = ['42501', '3F000'];

const isForbidden = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && forbiddenCodes.includes(error.code);

const forbidden =
  'its role may not make or change tables; set SECRET_STORE_MIGRATION_URL to the address of the role that owns them';

/** Only where it is missing: where nothing is to be migrated, a role that may create no table can say so. */
const makeLedger = async (client: pg.Client): Promise<void> => {
  const { rowCount } = await client.query(`SELECT WHERE to_regclass('"_prisma_migrations"') IS NULL`);
  if (rowCount === 1) await client.query(ledgerTable);
};

/** As Prisma Migrate creates it. */
const ledgerTable = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
  )`;
