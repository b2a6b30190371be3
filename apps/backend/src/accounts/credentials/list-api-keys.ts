import { type Actor, type ApiKeyInfo, type ApiKeyPage, type PersonalListQuery, Role } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { pageMarker, readLimit, readPageMarker } from '../../paging.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { selection } from '../../rows/row-statements.ts';
import { addressesOf, roleOfKey } from '../api-key.ts';
import { manageableUser } from '../user-named.ts';

/** The id of the last key of a page: ids are in the order of time. */
const Place = z.tuple([z.uuid()]);

const statement = `SELECT ${selection('apiKey')}, "lastUsedAt" FROM api_key
  WHERE "userId" = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;

/** One page of a user's keys, newest first. */
export const listApiKeys = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  username: string,
  query: PersonalListQuery,
): Promise<ApiKeyPage> => {
  const owner = await manageableUser(deps, actor, username);
  const limit = readLimit(query.limit);
  const [place] = query.marker === undefined ? [null] : readPageMarker(Place, query.marker);
  const rows = await rowsOf<Rows['apiKey'] & { readonly lastUsedAt: Date | null }>(deps.db.pool, {
    text: statement,
    values: [owner.id, place, limit + 1],
  });
  const page = rows.slice(0, limit);
  const used = new Map(page.map(({ id, lastUsedAt }) => [id, lastUsedAt]));
  const results = (await deps.ledger.genuineAll('apiKey', page)).map((key) =>
    keyInfoOf(key, Role.parse(owner.role), used.get(key.id) ?? null),
  );
  const last = page.at(-1);
  return { results, marker: rows.length > limit && last !== undefined ? pageMarker([last.id]) : null };
};

const keyInfoOf = (key: Rows['apiKey'], ownerRole: Role, lastUsedAt: Date | null): ApiKeyInfo => {
  const addresses = addressesOf(key);
  return {
    ...{ id: key.id, name: key.name, prefix: key.prefix, role: roleOfKey(key, ownerRole) },
    created: key.createdAt.toISOString(),
    expires: key.expiresAt?.toISOString() ?? null,
    ...(addresses !== null && { addresses }),
    lastUsed: lastUsedAt?.toISOString() ?? null,
  };
};
