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
  return { found: await peopleOf({ db, ledger }, connectionId, await ledger.genuineAll('scimUser', rows)), total };
};

/** Those with this name or id of the source, or all of them. */
export const findPeople = async (
  { db, ledger }: Reading,
  connectionId: string,
  where: { readonly userName?: string; readonly externalId?: string } = {},
): Promise<readonly Person[]> => {
  const { userName, externalId } = where;
  const rows = await ledger.find('scimUser', {
    connectionId,
    ...(userName !== undefined && { userName: sameName(userName) }),
    ...(externalId !== undefined && { externalId }),
  });
  return peopleOf({ db, ledger }, connectionId, rows);
};

/** With two statements, however many there are. What was written outside the store is left out: the person then has no account here. */
const peopleOf = async (
  { db, ledger }: Reading,
  connectionId: string,
  rows: readonly Rows['scimUser'][],
): Promise<Person[]> => {
  const subjects = rows.map(({ subject }) => subject);
  const known = await db.prisma.identity.findMany({ where: { connectionId, subject: { in: subjects } } });
  const identities = await ledger.genuineAll('identity', known);
  const ids = identities.map(({ userId }) => userId);
  const accounts = await db.prisma.user.findMany({ where: { id: { in: ids } }, omit: { lastSeenAt: true } });
  const users = new Map((await ledger.genuineAll('user', accounts)).map((user) => [user.id, user]));
  const userOf = new Map(identities.map(({ subject, userId }) => [subject, users.get(userId) ?? null]));
  return rows.map((row) => ({ row, user: userOf.get(row.subject) ?? null }));
};
