import type pg from 'pg';
import { DatabaseError } from '../database-error.ts';
import { migrationLock } from './migration-lock.ts';
import { privilegesOn } from './table-privileges.ts';

/**
 * Gives the application's role exactly what `privilegesOn` says on the store's tables, and the use of their sequences.
 * It writes only where something differs, so it can run at each start. Does nothing where the database is not migrated
 * yet, where the role owns the tables itself, and where it is the one that asks.
 *
 * The connection must be the owner's or a superuser's, within a transaction. Throws `NOT_THE_OWNER` when it is not.
 */
export const grantToApplication = async (client: pg.ClientBase, application: string): Promise<void> => {
  await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
  const role = client.escapeIdentifier(application);
  const differing = await differingRelations(client, application);
  for (const relation of differing) {
    const object = `${relation.isSequence ? 'SEQUENCE' : 'TABLE'} ${relation.quoted}`;
    await client.query(`REVOKE ALL ON ${object} FROM ${role}`);
    await client.query(`GRANT ${privilegesOf(relation).join(', ')} ON ${object} TO ${role}`);
  }
  // a grant of what one may not grant is no error to PostgreSQL, only without effect
  if (differing.length > 0 && (await differingRelations(client, application)).length > 0) {
    const message =
      `the role "${application}" did not get its rights: only the role that owns the tables can give them; set ` +
      'SECRET_STORE_MIGRATION_URL to its address';
    throw new DatabaseError('NOT_THE_OWNER', message);
  }
  await grantUseOfSchema(client, application);
};

const privilegesOf = ({ name, isSequence }: Relation): readonly string[] =>
  isSequence ? ['USAGE'] : privilegesOn(name);

const differingRelations = async (client: pg.ClientBase, application: string): Promise<readonly Relation[]> => {
  const { rows } = await client.query<Relation>(relationsOfTheOwner, [application]);
  return rows.filter((relation) => {
    const wanted = privilegesOf(relation);
    return relation.held.length !== wanted.length || !wanted.every((privilege) => relation.held.includes(privilege));
  });
};

interface Relation {
  readonly name: string;
  readonly quoted: string;
  readonly isSequence: boolean;
  /** what the role was granted itself */
  readonly held: readonly string[];
}

/** The owner is the role that owns the ledger of migrations: all of the store's tables belong to one role. */
const relationsOfTheOwner = `
  SELECT relation.relname AS name, relation.oid::regclass::text AS quoted, relation.relkind = 'S' AS "isSequence",
    ARRAY(
      SELECT held.privilege_type FROM aclexplode(relation.relacl) AS held
      JOIN pg_roles AS grantee ON grantee.oid = held.grantee WHERE grantee.rolname = $1
    ) AS held
  FROM pg_class AS relation
  JOIN pg_class AS ledger ON ledger.oid = to_regclass('_prisma_migrations')
    AND relation.relnamespace = ledger.relnamespace AND relation.relowner = ledger.relowner
  JOIN pg_roles AS owner ON owner.oid = relation.relowner AND owner.rolname <> $1
  WHERE relation.relkind IN ('r', 'p', 'v', 'm', 'S') AND current_user <> $1
  ORDER BY relation.oid`;

const grantUseOfSchema = async (client: pg.ClientBase, application: string): Promise<void> => {
  const { rows } = await client.query<{ schema: string }>(
    `SELECT current_schema() AS schema WHERE NOT has_schema_privilege($1, current_schema(), 'USAGE')`,
    [application],
  );
  for (const { schema } of rows) {
    await client.query(
      `GRANT USAGE ON SCHEMA ${client.escapeIdentifier(schema)} TO ${client.escapeIdentifier(application)}`,
    );
  }
};
