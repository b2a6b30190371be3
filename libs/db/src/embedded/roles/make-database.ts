import type pg from 'pg';
import { maintenanceDatabase } from './cluster.ts';
import { roleNames } from './role-names.ts';
import type { RoleStep } from './role-step.ts';

/** The store's database, which belongs to the owner. No other is open to anyone but the supervisor. */
export const makeDatabase: RoleStep = async ({ database }, session) => {
  const name = session.escapeIdentifier(database);
  const { rowCount } = await session.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 0) await session.query(`CREATE DATABASE ${name} OWNER ${roleNames.owner}`);
  await session.query(`ALTER DATABASE ${name} OWNER TO ${roleNames.owner}`);
  await admitApplication(session, database);
  await session.query(`REVOKE ALL ON DATABASE ${maintenanceDatabase}, template1 FROM PUBLIC`);
};

/** Lets nobody into the database but its owner and the application, which may not make temporary tables either. */
export const admitApplication = async (client: pg.ClientBase, database: string): Promise<void> => {
  const name = client.escapeIdentifier(database);
  await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${roleNames.application}`);
};
