import type { Actor, ListedUserPage, UserListQuery } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { pageMarker, readLimit, readPageMarker } from '../../paging.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { selection } from '../../rows/row-statements.ts';
import { requirePermission } from '../permissions.ts';
import { userInfoOf } from './user-info.ts';

/** The name of the last user of a page. */
const Place = z.tuple([z.string().max(64)]);

const statement = `SELECT ${selection('user')}, "lastSeenAt" FROM "user"
  WHERE username > $1 AND strpos(username, lower($2)) > 0 ORDER BY username LIMIT $3`;

/** One page in the order of the names. */
export const listUsers = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { search = '', marker, limit: given }: UserListQuery,
): Promise<ListedUserPage> => {
  requirePermission(actor, 'users.read');
  const limit = readLimit(given);
  const [place] = marker === undefined ? [''] : readPageMarker(Place, marker);
  const rows = await rowsOf<Rows['user'] & { readonly lastSeenAt: Date | null }>(deps.db.pool, {
    text: statement,
    values: [place, search, limit + 1],
  });
  const page = rows.slice(0, limit);
  const seen = new Map(page.map(({ id, lastSeenAt }) => [id, lastSeenAt]));
  const results = (await deps.ledger.genuineAll('user', page)).map((user) => ({
    ...userInfoOf(deps, user, seen.get(user.id) ?? null),
    isService: user.kind === 'service',
  }));
  const last = page.at(-1);
  return { results, marker: rows.length > limit && last !== undefined ? pageMarker([last.username]) : null };
};
