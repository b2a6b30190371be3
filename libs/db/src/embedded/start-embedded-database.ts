import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../log.ts';
import { makeCluster } from './make-cluster.ts';
import { handOver, ownDirectory } from './own-directory.ts';
import { postgresAccount } from './postgres-account.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { PostgresSupervisor } from './postgres-supervisor.ts';
import { probeServer } from './probe-server.ts';
import { maintenanceDatabase, urlAs, type Cluster } from './roles/cluster.ts';
import { readPasswords, type Passwords } from './roles/password-files.ts';
import { prepareRoles } from './roles/prepare-roles.ts';
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
  /** as the application, which reads and writes rows */
  url: string;
  /** as the owner of the tables, for migrations alone */
  migrationUrl: string;
  /** Ends when the last of its processes has. */
  readonly stop: () => Promise<void>;
}

const majorVersion = 18;

/**
 * A real PostgreSQL from npm, on a unix socket only. It is started again when it dies, found again when only this process
 * died, and ends when this process ends in any way. A cluster from before there were three roles gets them at its start.
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

  const cluster = { clusterDirectory, account, socket, database };
  const passwords = await readPasswords(cluster);
  const probeUrl = urlAs(cluster, 'supervisor', passwords, maintenanceDatabase);
  if (options.borrowRunning && (await probeServer(probeUrl)) === 'up') {
    return { ...addresses(cluster, passwords), stop: async () => {} };
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
    socket,
    url: probeUrl,
    log,
  });
  try {
    await supervisor.start();
    await prepareRoles(cluster);
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  // the application's password may be a new one
  return { ...addresses(cluster, await readPasswords(cluster)), stop: () => supervisor.stop() };
}

const addresses = (cluster: Cluster, passwords: Passwords): Pick<EmbeddedDatabase, 'url' | 'migrationUrl'> => ({
  url: urlAs(cluster, 'application', passwords, cluster.database),
  migrationUrl: urlAs(cluster, 'owner', passwords, cluster.database),
});

function settingWords(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
