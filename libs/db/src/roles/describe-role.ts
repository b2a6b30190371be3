import type pg from 'pg';
import { appendOnlyTables } from './table-privileges.ts';

export interface RoleDescription {
  readonly name: string;
  readonly isSuperuser: boolean;
  readonly mayCreateRoles: boolean;
  /** reads or writes files of the server, or runs programs there, as a member of one of PostgreSQL's own roles */
  readonly reachesServerFiles: boolean;
  /** owns one of the store's tables, or may act as their owner */
  readonly ownsTables: boolean;
  /** tables of which it may change or remove rows, although the application only adds to them */
  readonly changeableTables: readonly string[];
}

/** What the role of this connection may do, as far as an application should not. */
export const describeRole = async (connection: Pick<pg.ClientBase, 'query'> | pg.Pool): Promise<RoleDescription> => {
  const { rows } = await connection.query<RoleDescription>(description, [appendOnlyTables]);
  const [role] = rows;
  if (!role) throw new Error('the database names no current role');
  return role;
};

/** What the role may do beyond what the application needs, in words that follow its name; empty when it is as it should be. */
export const excessOf = (role: RoleDescription): readonly string[] => {
  // a superuser may do all the rest too
  if (role.isSuperuser) return ['is a superuser'];
  return [
    ...(role.mayCreateRoles ? ['may create roles'] : []),
    ...(role.reachesServerFiles ? ["reaches the server's files"] : []),
    ...(role.ownsTables ? ['owns the tables'] : []),
    ...(role.changeableTables.length > 0 ? [`may change or remove rows of ${role.changeableTables.join(', ')}`] : []),
  ];
};

const description = `
  SELECT current_user AS name, rolsuper AS "isSuperuser", rolcreaterole AS "mayCreateRoles",
    EXISTS (
      SELECT FROM unnest(ARRAY['pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program']) AS powerful
      WHERE pg_has_role(powerful, 'MEMBER')
    ) AS "reachesServerFiles",
    EXISTS (
      SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE nspname = current_schema() AND relkind IN ('r', 'p') AND pg_has_role(relowner, 'MEMBER')
    ) AS "ownsTables",
    ARRAY(
      SELECT name FROM unnest($1::text[]) AS name
      WHERE has_any_column_privilege(to_regclass(quote_ident(name)), 'UPDATE')
        OR has_table_privilege(to_regclass(quote_ident(name)), 'DELETE, TRUNCATE')
      ORDER BY name
    ) AS "changeableTables"
  FROM pg_roles WHERE rolname = current_user`;
