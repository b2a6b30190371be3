import { ApiError } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { selection } from '../../rows/row-statements.ts';
import { type Person, personOf, sameName } from './person.ts';

type Reading = Pick<Dependencies, 'db' | 'ledger'>;

export interface Page<Found> {
  readonly found: readonly Found[];
  readonly total: number;
}

/** @throws {ApiError} 6001 with status 404 where the source has described nobody under this id */
export const findPerson = async ({ ledger }: Reading, connectionId: string, id: string): Promise<Person> => {
  const row = z.uuid().safeParse(id).success ? await ledger.read('scimUser', id.toLowerCase()) : null;
  if (row !== null && row.connectionId === connectionId) return personOf({ ledger }, row);
  throw new ApiError('InputValidationError', 'There is no user with this id.', { status: 404 });
};

const page = `SELECT ${selection('scimUser')} FROM scim_user WHERE "connectionId" = $1 ORDER BY id OFFSET $2 LIMIT $3`;

/** In the order in which they were described first. */
export const listPeople = async (
  { db, ledger }: Reading,
  connectionId: string,
  { offset, count }: { readonly offset: number; readonly count: number },
): Promise<Page<Person>> => {
  const rows = await rowsOf<Rows['scimUser']>(db.pool, { text: page, values: [connectionId, offset, count] });
  const total = await db.prisma.scimUser.count({ where: { connectionId } });
  return { found: await peopleOf({ ledger }, await ledger.genuineAll('scimUser', rows)), total };
};

/** Those with this name or id of the source, or all of them. */
export const findPeople = async (
  { ledger }: Reading,
  connectionId: string,
  where: { readonly userName?: string; readonly externalId?: string } = {},
): Promise<readonly Person[]> => {
  const { userName, externalId } = where;
  const rows = await ledger.find('scimUser', {
    connectionId,
    ...(userName !== undefined && { userName: sameName(userName) }),
    ...(externalId !== undefined && { externalId }),
  });
  return peopleOf({ ledger }, rows);
};

const peopleOf = async (deps: Pick<Reading, 'ledger'>, rows: readonly Rows['scimUser'][]): Promise<Person[]> => {
  const people: Person[] = [];
  for (const row of rows) people.push(await personOf(deps, row));
  return people;
};
