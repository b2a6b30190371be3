import { type Actor, type AlgorithmListQuery, type AlgorithmPage, ApiError } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { can, canAccessAlgorithmsOf } from '../accounts/permissions.ts';
import { pageMarker, readLimit, readPageMarker } from '../paging.ts';

/** Owner and name of the last algorithm of a page. */
const Place = z.tuple([z.string().max(64), z.string().max(64)]);

/** One page in the order of owner and name. A user sees its own, an administrator all or those of one owner. */
export const listAlgorithms = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  query: AlgorithmListQuery,
): Promise<AlgorithmPage> => {
  const limit = readLimit(query.limit);
  const owner = query.owner ?? (can(actor, 'algorithms.read') ? undefined : actor.username);
  if (owner !== undefined && !canAccessAlgorithmsOf(actor, owner, 'algorithms.read')) {
    throw new ApiError('NotAuthorized', 'You can list only your own algorithms. Leave owner out.');
  }
  const rows = await deps.db.prisma.algorithm.findMany({
    where: { AND: [owner === undefined ? {} : { owner }, query.marker === undefined ? {} : after(query.marker)] },
    orderBy: [{ owner: 'asc' }, { name: 'asc' }],
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const results = (await deps.ledger.genuineAll('algorithm', page)).map(({ id, owner, name }) => ({ id, owner, name }));
  return { results, marker: rows.length > limit && last !== undefined ? pageMarker([last.owner, last.name]) : null };
};

/** The condition on the owner alone lets PostgreSQL start in the index at the right place. */
const after = (marker: string): Prisma.AlgorithmWhereInput => {
  const [owner, name] = readPageMarker(Place, marker);
  return { owner: { gte: owner }, OR: [{ owner: { gt: owner } }, { owner, name: { gt: name } }] };
};
