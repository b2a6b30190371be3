import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { currentRole, type Database, migrate, openDatabase, startEmbeddedDatabase } from '@secret-store/db';

const root = path.resolve(import.meta.dirname, '../../../..');

export interface BenchDatabase {
  readonly db: Database;
  /** for files of the benchmark */
  readonly directory: string;
}

/** An embedded database of its own, with all tables. */
export const withBenchDatabase = async <T>(work: (database: BenchDatabase) => Promise<T>): Promise<T> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'secret-store-bench-'));
  const server = await startEmbeddedDatabase({ directory: path.join(directory, 'database') });
  try {
    await migrate({
      url: server.migrationUrl,
      applicationRole: await currentRole(server.url),
      migrationsDirectory: path.join(root, 'prisma/migrations'),
    });
    const db = await openDatabase({ url: server.url });
    try {
      return await work({ db, directory });
    } finally {
      await db.close();
    }
  } finally {
    await server.stop();
    await rm(directory, { recursive: true });
  }
};

export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly unit: string;
  readonly ratio?: string;
}
