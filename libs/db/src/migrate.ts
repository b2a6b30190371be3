import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { DatabaseError } from './database-error.ts';
import type { Log } from './log.ts';
import { readMigrations, type Migration } from './read-migrations.ts';

export interface MigrateOptions {
  url: string;
  /** `prisma/migrations` */
  migrationsDirectory: string;
  log?: Log;
}

/** Prisma Migrate's own advisory lock: when several start at once, one migrates and the others wait. */
const migrateLock = 72707369;

/**
 * Applies new migrations and returns their names. It keeps Prisma's ledger, so that `prisma migrate` agrees with it, but
 * needs neither Prisma's command line nor its engine.
 */
export const migrate = async ({ url, migrationsDirectory, log = () => {} }: MigrateOptions): Promise<string[]> => {
  const migrations = await readMigrations(migrationsDirectory);
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'secret-store migrate',
  });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrateLock]);
    await client.query(ledgerTable);
    const pending = pendingMigrations(migrations, await readLedger(client));
    for (const migration of pending) {
      await apply(client, migration);
      log(`applied migration ${migration.name}`);
    }
    return pending.map(({ name }) => name);
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
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, finished_at, migration_name, applied_steps_count)
       VALUES ($1, $2, clock_timestamp(), $3, 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw new DatabaseError('MIGRATION_FAILED', `migration ${name} failed; none of it was applied`, { cause: error });
  }
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
