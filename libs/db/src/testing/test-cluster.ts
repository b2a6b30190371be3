import { fileURLToPath } from 'node:url';
import { startEmbeddedDatabase } from '../embedded/start-embedded-database.ts';
import { migrate } from '../migrate.ts';

export interface TestCluster {
  /** of the database from which others are created */
  url: string;
  /** a migrated database to copy: no connection to it stays open */
  template: string;
  stop(): Promise<void>;
}

export const migrationsDirectory = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

/** A real PostgreSQL that need not survive a power cut. */
export const startTestCluster = async (directory: string): Promise<TestCluster> => {
  const template = 'migrated';
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '200' };
  const cluster = await startEmbeddedDatabase({ directory, database: template, settings });
  await migrate({ url: cluster.url, migrationsDirectory });
  const url = new URL(cluster.url);
  url.pathname = '/postgres';
  return { url: url.href, template, stop: () => cluster.stop() };
};
