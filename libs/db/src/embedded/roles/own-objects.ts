import { inTransaction } from '../../client/in-transaction.ts';
import { withClient } from '../../client/with-client.ts';
import { grantToApplication } from '../../roles/grant-to-application.ts';
import { urlAs } from './cluster.ts';
import { readPasswords } from './password-files.ts';
import { roleNames } from './role-names.ts';
import type { RoleStep } from './role-step.ts';

/**
 * What the supervisor owns in the store's database goes to the owner, and the application gets its rights on it.
 * REASSIGN OWNED refuses the cluster's first role, so each object is altered.
 */
export const ownObjects: RoleStep = async (cluster) => {
  const url = urlAs(cluster, 'supervisor', await readPasswords(cluster), cluster.database);
  await withClient(url, (client) =>
    inTransaction(client, async () => {
      const { rows } = await client.query<{ object: string }>(objectsOfTheSupervisor);
      for (const { object } of rows) await client.query(`ALTER ${object} OWNER TO ${roleNames.owner}`);
      await client.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
      await grantToApplication(client, roleNames.application);
    }),
  );
};

/** A sequence of a column goes with its table, and what an extension made stays as it is. */
const objectsOfTheSupervisor = `
  WITH found AS (
    SELECT 'pg_class'::regclass AS catalog, oid, relowner AS owner, relnamespace AS namespace,
      CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END
        || ' ' || oid::regclass AS object
    FROM pg_class
    WHERE relkind IN ('r', 'p', 'v', 'm') OR relkind = 'S' AND NOT EXISTS (
      SELECT FROM pg_depend
      WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('a', 'i')
    )
    UNION ALL
    SELECT 'pg_proc'::regclass, oid, proowner, pronamespace, 'ROUTINE ' || oid::regprocedure FROM pg_proc
  )
  SELECT object FROM found
  WHERE owner = current_user::regrole
    AND namespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = catalog AND objid = found.oid AND deptype = 'e')`;
