import { type Actor, type AlgorithmListQuery, type AlgorithmPage, ApiError } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { canAccessAlgorithmsOf, visibleAlgorithms } from '../accounts/permissions.ts';
import { pageMarker, readLimit, readPageMarker } from '../paging.ts';

/** Owner and name of the last algorithm of a page. */
const Place = z.tuple([z.string().max(64), z.string().max(64)]);

/** One page in the order of owner and name: of all that the actor may see, or of one owner. */
export const listAlgorithms = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  query: AlgorithmListQuery,
): Promise<AlgorithmPage> => {
  const limit = readLimit(query.limit);
  const { owner } = query;
  const visible = visibleAlgorithms(actor);
  if (owner === undefined ? visible?.owners.length === 0 : !canAccessAlgorithmsOf(actor, owner, 'algorithms.read')) {
    throw new ApiError('NotAuthorized', 'You can list only your own algorithms. Leave owner out.');
  }
  const rows = await deps.db.prisma.algorithm.findMany({
    where: {
      AND: [
        owner === undefined ? among(visible) : { owner },
        ...(query.marker === undefined ? [] : [after(query.marker)]),
      ],
    },
    orderBy: [{ owner: 'asc' }, { name: 'asc' }],
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const results = (await deps.ledger.genuineAll('algorithm', page)).map(({ id, owner, name }) => ({ id, owner, name }));
  return { results, marker: rows.length > limit && last !== undefined ? pageMarker([last.owner, last.name]) : null };
};

const among = (visible: ReturnType<typeof visibleAlgorithms>): Prisma.AlgorithmWhereInput =>
  visible === null ? {} : { OR: [{ owner: { in: [...visible.owners] } }, { id: { in: [...visible.ids] } }] };

/** The condition on the owner alone lets PostgreSQL start in the index at the right place. */
const after = (marker: string): Prisma.AlgorithmWhereInput => {
  const [owner, name] = readPageMarker(Place, marker);
  return { owner: { gte: owner }, OR: [{ owner: { gt: owner } }, { owner, name: { gt: name } }] };
};
