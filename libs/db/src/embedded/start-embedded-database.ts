import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import type { Log } from '../log.ts';
import { clusterUser, makeCluster, passwordFileName } from './make-cluster.ts';
import { handOver, ownDirectory } from './own-directory.ts';
import { postgresAccount } from './postgres-account.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { PostgresSupervisor } from './postgres-supervisor.ts';
import { probeServer } from './probe-server.ts';
import { serverSettings } from './server-settings.ts';
import { socketDirectory } from './socket-directory.ts';

export interface EmbeddedDatabaseOptions {
  /** where the cluster lives: `database/` of the data directory */
  directory: string;
  /** made when it is not there; `secret_store` where nothing is said */
  database?: string;
  log?: Log;
  /** instead of the server's usual ones */
  settings?: Readonly<Record<string, string>>;
  /** use a server that runs already, and leave it alone at `stop`; for tools that work beside a running store */
  borrowRunning?: boolean;
}

export interface EmbeddedDatabase {
  url: string;
  /** Ends when the last of its processes has. */
  stop(): Promise<void>;
}

const majorVersion = 18;

/**
 * A real PostgreSQL from npm, on a unix socket only. It is started again when it dies, found again when only this process
 * died, and ends when this process ends in any way.
 */
export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const { database = 'secret_store', log = () => {}, settings = {} } = options;
  const directory = path.resolve(options.directory);
  const clusterDirectory = path.join(directory, `postgresql-${majorVersion}`);
  const parentDirectory = path.dirname(directory);
  await mkdir(parentDirectory, { recursive: true, mode: 0o700 });
  const { postgres, initdb } = await postgresBinaries();
  const account = await postgresAccount({ postgres, parentDirectory, clusterDirectory });
  await handOver(directory, account);
  await ownDirectory(directory, account);
  const socket = socketDirectory(directory);
  await ownDirectory(socket, account);
  await makeCluster({ initdb, account, directory, clusterDirectory });

  const password = (await readFile(path.join(clusterDirectory, passwordFileName), 'utf8')).trim();
  const urlOf = (name: string) =>
    `postgresql://${clusterUser}:${password}@localhost:5432/${name}?host=${encodeURIComponent(socket)}`;
  if (options.borrowRunning && (await probeServer(urlOf('postgres'))) === 'up') {
    return { url: urlOf(database), stop: async () => {} };
  }
  const words = [
    '-D',
    clusterDirectory,
    '-k',
    socket,
    '-p',
    '5432',
    '-h',
    '',
    ...settingWords({ ...serverSettings, ...settings }),
  ];
  const supervisor = new PostgresSupervisor({
    account,
    postgres,
    words,
    clusterDirectory,
    url: urlOf('postgres'),
    log,
  });
  try {
    await supervisor.start();
    await makeDatabase(urlOf('postgres'), database);
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return { url: urlOf(database), stop: () => supervisor.stop() };
}

function settingWords(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** duplicate_database, and the same from two that make it at once */
const madeByAnother = ['42P04', '23505'];

async function makeDatabase(url: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || !madeByAnother.includes(String(error.code))) throw error;
  } finally {
    await client.end();
  }
}
