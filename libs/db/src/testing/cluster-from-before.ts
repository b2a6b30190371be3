import { execFile } from 'node:child_process';
import { chown, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { withClient } from '../client/with-client.ts';
import { ownDirectory } from '../embedded/own-directory.ts';
import { postgresAccount, programFor } from '../embedded/postgres-account.ts';
import { postgresBinaries } from '../embedded/postgres-binaries.ts';
import { PostgresSupervisor } from '../embedded/postgres-supervisor.ts';
import { runningPostmaster } from '../embedded/postmaster-file.ts';
import { urlOf, type Cluster } from '../embedded/roles/cluster.ts';
import { newPassword } from '../embedded/roles/password-files.ts';
import { postgresEnvironment } from '../embedded/server-settings.ts';
import { socketDirectory } from '../embedded/socket-directory.ts';
import { migrate } from '../migrate.ts';
import { migrationsDirectory } from './test-cluster.ts';

const run = promisify(execFile);

/** How this library reaches a cluster in the directory. */
const clusterIn = async (directory: string): Promise<Cluster> => {
  const clusterDirectory = path.join(directory, 'postgresql-18');
  const { postgres } = await postgresBinaries();
  const account = await postgresAccount({ postgres, parentDirectory: path.dirname(directory), clusterDirectory });
  await ownDirectory(directory, account);
  const socket = socketDirectory(directory);
  await ownDirectory(socket, account);
  return { clusterDirectory, account, socket, database: 'secret_store' };
};

/** A cluster as it was made before there were three roles: `secret_store` is its superuser, whose password is in the file. */
export const makeClusterFromBefore = async (directory: string): Promise<void> => {
  const { clusterDirectory, account } = await clusterIn(directory);
  const { initdb } = await postgresBinaries();
  const passwordFile = `${clusterDirectory}.password`;
  await writeFile(passwordFile, newPassword(), { mode: 0o600 });
  if (account.owner) await chown(passwordFile, account.owner.uid, account.owner.gid);
  const [program, ...words] = programFor(account, initdb, [
    '-D',
    clusterDirectory,
    '-U',
    'secret_store',
    '--pwfile',
    passwordFile,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ]);
  await run(program, words, { ...account.identity, cwd: '/', env: postgresEnvironment() });
  await rename(passwordFile, path.join(clusterDirectory, 'secret-store-password'));
  const server = await serveClusterFromBefore(directory);
  await withClient(server.urlOf('postgres'), (client) => client.query('CREATE DATABASE secret_store'));
  await migrate({ url: server.urlOf('secret_store'), migrationsDirectory });
  await server.stop();
};

export interface ServerFromBefore {
  readonly cluster: Cluster;
  /** as the superuser that the application was */
  readonly urlOf: (database: string) => string;
  readonly stop: () => Promise<void>;
  /** kill -9 of the server */
  readonly kill: () => Promise<void>;
}

/** Runs the server of such a cluster and changes nothing in it. */
export const serveClusterFromBefore = async (directory: string): Promise<ServerFromBefore> => {
  const cluster = await clusterIn(directory);
  const { clusterDirectory, account, socket } = cluster;
  const password = (await readFile(path.join(clusterDirectory, 'secret-store-password'), 'utf8')).trim();
  const { postgres } = await postgresBinaries();
  const urlInDatabase = (database: string) => urlOf(socket, 'secret_store', password, database);
  const supervisor = new PostgresSupervisor({
    account,
    postgres,
    words: ['-D', clusterDirectory, '-k', socket, '-p', '5432', '-h', '', '-c', 'fsync=off'],
    clusterDirectory,
    socket,
    url: urlInDatabase('postgres'),
    log: () => {},
  });
  await supervisor.start();
  return {
    cluster,
    urlOf: urlInDatabase,
    stop: () => supervisor.stop(),
    kill: async () => {
      const pid = await runningPostmaster(clusterDirectory);
      if (pid !== null) process.kill(pid, 'SIGKILL');
      await supervisor.stop();
    },
  };
};
