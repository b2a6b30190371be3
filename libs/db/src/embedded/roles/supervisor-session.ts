import path from 'node:path';
import pg from 'pg';
import { DatabaseError } from '../../database-error.ts';
import { maintenanceDatabase, urlAs, urlOf, type Cluster } from './cluster.ts';
import { passwordFileNames, readPasswords } from './password-files.ts';
import { roleNames } from './role-names.ts';

/** By this name the server knows our own sessions as a superuser. */
export const supervisorConnection = 'secret-store supervisor';

/** Of several processes that prepare one cluster at once, one works and the others wait. */
export const preparationLock = 7_270_736_901;

/** Does the work as a superuser, while no other process does the same on this cluster. */
export const withSupervisor = async (cluster: Cluster, work: (session: pg.Client) => Promise<void>): Promise<void> => {
  const session = (await openWithLock(cluster)) ?? (await openWithLock(cluster));
  if (session === null)
    throw new DatabaseError('EMBEDDED_UNAVAILABLE', 'the embedded database ended our session twice; start again');
  try {
    await work(session);
  } finally {
    await session.end();
  }
};

/**
 * Null where the session was ended while it waited: the process that works ends the sessions with the old password, and one that
 * has just begun is not known by its name yet. It does so once.
 */
const openWithLock = async (cluster: Cluster): Promise<pg.Client | null> => {
  const session = await openSession(cluster);
  try {
    await session.query('SELECT pg_advisory_lock($1)', [preparationLock]);
    return session;
  } catch (error) {
    await session.end();
    if (error instanceof pg.DatabaseError && error.code === adminShutdown) return null;
    throw error;
  }
};

export const roleExists = async (session: pg.Client, name: string): Promise<boolean> =>
  (await session.query('SELECT FROM pg_roles WHERE rolname = $1', [name])).rowCount === 1;

/**
 * In a cluster from before there were three roles, the superuser has the application's name and password. While another
 * process renames it, neither name may be right: the first is tried again.
 */
const openSession = async (cluster: Cluster): Promise<pg.Client> => {
  const passwords = await readPasswords(cluster);
  const supervisor = urlAs(cluster, 'supervisor', passwords, maintenanceDatabase);
  const fromBefore = urlOf(cluster.socket, roleNames.application, passwords.application, maintenanceDatabase);
  for (const url of [supervisor, fromBefore, supervisor]) {
    const session = await connect(url);
    if (session !== null) return session;
  }
  throw new DatabaseError(
    'EMBEDDED_UNAVAILABLE',
    `the password in ${path.join(cluster.clusterDirectory, passwordFileNames.supervisor)} is not the one of the ` +
      'embedded database; bring the file back from a backup',
  );
};

/** Null when the role may not come in: by its password, or because the supervisor's database is closed to it. */
const connect = async (connectionString: string): Promise<pg.Client | null> => {
  const session = new pg.Client({
    connectionString,
    connectionTimeoutMillis: 10_000,
    application_name: supervisorConnection,
  });
  // a connection that breaks between two statements is seen by the next one
  session.on('error', () => {});
  try {
    await session.connect();
    return session;
  } catch (error) {
    await session.end();
    if (error instanceof pg.DatabaseError && refusals.includes(String(error.code))) return null;
    throw error;
  }
};

/** invalid_password, and insufficient_privilege to connect */
const refusals: readonly string[] = ['28P01', '42501'];
/** of a session that pg_terminate_backend ended */
const adminShutdown = '57P01';
