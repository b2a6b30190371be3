import { type Actor, type Algorithm, ApiError } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { type AlgorithmAccess, canAccessAlgorithmsOf } from './permissions.ts';

/** @throws {ApiError} 1000 when there is none, 2001 when the actor may not do this with it */
export const authorisedAlgorithm = async (
  deps: Pick<Dependencies, 'db'>,
  actor: Actor,
  access: AlgorithmAccess,
  where: { id: string } | { owner: string; name: string },
): Promise<Algorithm> => {
  if ('id' in where && !z.uuid().safeParse(where.id).success) throw notFound();
  const row = await deps.db.prisma.algorithm.findUnique({
    where: 'id' in where ? { id: where.id } : { owner_name: { owner: where.owner, name: where.name } },
    select: { id: true, owner: true, name: true },
  });
  if (row === null) throw notFound();
  if (!canAccessAlgorithmsOf(actor, row.owner, access)) {
    throw new ApiError('NotAuthorized', 'This algorithm belongs to someone else. Ask its owner or an administrator.');
  }
  return row;
};

const notFound = () =>
  new ApiError('AlgorithmNotFound', 'There is no such algorithm. Check its id, or its owner and name.');
