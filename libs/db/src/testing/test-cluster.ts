import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { passwordFileNames } from '../embedded/roles/password-files.ts';
import { roleNames } from '../embedded/roles/role-names.ts';
import { startEmbeddedDatabase } from '../embedded/start-embedded-database.ts';
import { migrate } from '../migrate.ts';

/** Addresses of the database that every cluster has. */
export interface TestClusterUrls {
  /** as the superuser, who makes databases */
  supervisorUrl: string;
  ownerUrl: string;
  /** as the application */
  url: string;
}

export interface TestCluster extends TestClusterUrls {
  /** a migrated database to copy: no connection to it stays open */
  template: string;
  stop(): Promise<void>;
}

export const migrationsDirectory = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

/** A real PostgreSQL that need not survive a power cut, with the roles of the embedded database. */
export const startTestCluster = async (directory: string): Promise<TestCluster> => {
  const template = 'migrated';
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '200' };
  const cluster = await startEmbeddedDatabase({ directory, database: template, settings });
  await migrate({ url: cluster.migrationUrl, applicationRole: roleNames.application, migrationsDirectory });
  return {
    supervisorUrl: await supervisorUrlOf(directory, cluster.url),
    ownerUrl: inDatabase(cluster.migrationUrl, 'postgres'),
    url: inDatabase(cluster.url, 'postgres'),
    template,
    stop: () => cluster.stop(),
  };
};

/** The same server and role, another database. */
export const inDatabase = (address: string, database: string): string => {
  const url = new URL(address);
  url.pathname = `/${database}`;
  return url.href;
};

/** The embedded database gives nobody its superuser's address, but tests make databases with it. */
export const supervisorUrlOf = async (directory: string, address: string): Promise<string> => {
  const file = path.join(directory, 'postgresql-18', passwordFileNames.supervisor);
  const url = new URL(inDatabase(address, 'postgres'));
  url.username = roleNames.supervisor;
  url.password = (await readFile(file, 'utf8')).trim();
  return url.href;
};
