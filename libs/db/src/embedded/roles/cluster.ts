import type { PasswordFolder, Passwords } from './password-files.ts';
import { roleNames, type RoleKind } from './role-names.ts';

/** A cluster whose server runs. */
export interface Cluster extends PasswordFolder {
  /** the folder of its unix socket */
  readonly socket: string;
  /** the store's database in it */
  readonly database: string;
}

/** Of the database that every cluster has. */
export const maintenanceDatabase = 'postgres';

/** The address of one database, as one of the roles. */
export const urlAs = (
  { socket }: Pick<Cluster, 'socket'>,
  kind: RoleKind,
  passwords: Passwords,
  database: string,
): string => urlOf(socket, roleNames[kind], passwords[kind], database);

export const urlOf = (socket: string, role: string, password: string, database: string): string =>
  `postgresql://${role}:${password}@localhost:5432/${database}?host=${encodeURIComponent(socket)}`;
