import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { selection } from '../../rows/row-statements.ts';

const statement = `SELECT ${selection('scimGroup')} FROM scim_group WHERE "connectionId" = $1 AND "memberIds" && $2::text[]
  ORDER BY id`;

/** The groups of a source that have one of these people. */
export const groupsOf = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  connectionId: string,
  personIds: readonly string[],
): Promise<Rows['scimGroup'][]> => {
  const rows = await rowsOf<Rows['scimGroup']>(db.pool, { text: statement, values: [connectionId, personIds] });
  return ledger.genuineAll('scimGroup', rows);
};

/** What an administrator can give a role to: a group by its name, and by the id that the source knows it by. */
export const namesOfGroups = (groups: readonly Pick<Rows['scimGroup'], 'displayName' | 'externalId'>[]): string[] => [
  ...new Set(
    groups.flatMap(({ displayName, externalId }) => (externalId === null ? [displayName] : [displayName, externalId])),
  ),
];
