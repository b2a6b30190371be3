import { ApiError } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import type { Dependencies } from '../../../dependencies.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { selection } from '../../../rows/row-statements.ts';
import type { Page } from '../find-people.ts';

type Reading = Pick<Dependencies, 'db' | 'ledger'>;

/** @throws {ApiError} 6001 with status 404 where the source has no group under this id */
export const findGroup = async ({ ledger }: Reading, connectionId: string, id: string): Promise<Rows['scimGroup']> => {
  const row = z.uuid().safeParse(id).success ? await ledger.read('scimGroup', id.toLowerCase()) : null;
  if (row !== null && row.connectionId === connectionId) return row;
  throw new ApiError('InputValidationError', 'There is no group with this id.', { status: 404 });
};

const page = `SELECT ${selection('scimGroup')} FROM scim_group WHERE "connectionId" = $1 ORDER BY id OFFSET $2 LIMIT $3`;

/** In the order in which they were created. */
export const listGroups = async (
  { db, ledger }: Reading,
  connectionId: string,
  { offset, count }: { readonly offset: number; readonly count: number },
): Promise<Page<Rows['scimGroup']>> => {
  const rows = await rowsOf<Rows['scimGroup']>(db.pool, { text: page, values: [connectionId, offset, count] });
  const total = await db.prisma.scimGroup.count({ where: { connectionId } });
  return { found: await ledger.genuineAll('scimGroup', rows), total };
};

/** Those with this id of the source, or all of them. */
export const findGroups = (
  { ledger }: Reading,
  connectionId: string,
  where: { readonly externalId?: string } = {},
): Promise<Rows['scimGroup'][]> => ledger.find('scimGroup', { connectionId, ...where });
