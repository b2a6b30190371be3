import { type Actor, type AlgorithmListQuery, type AlgorithmPage, ApiError } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';
import { can, canAccessAlgorithmsOf } from '../accounts/permissions.ts';
import { pageMarker, readPageMarker } from './page-marker.ts';

const limitDefault = 50;
const limitMaximum = 100;

/** One page in the order of owner and name. A user sees its own, an administrator all or those of one owner. */
export const listAlgorithms = async (
  deps: Pick<Dependencies, 'db'>,
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
    select: { id: true, owner: true, name: true },
  });
  const results = rows.slice(0, limit);
  const last = results.at(-1);
  return { results, marker: rows.length > limit && last !== undefined ? pageMarker(last) : null };
};

/** The condition on the owner alone lets PostgreSQL start in the index at the right place. */
const after = (marker: string): Prisma.AlgorithmWhereInput => {
  const { owner, name } = readPageMarker(marker);
  return { owner: { gte: owner }, OR: [{ owner: { gt: owner } }, { owner, name: { gt: name } }] };
};

const readLimit = (limit: string | undefined): number => {
  if (limit === undefined) return limitDefault;
  const count = /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (count < 1 || count > limitMaximum) {
    throw new ApiError('InvalidLimit', `The limit must be a whole number from 1 to ${limitMaximum}.`);
  }
  return count;
};
