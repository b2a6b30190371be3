import { type Actor, type Algorithm, ApiError } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';

/** @throws {ApiError} 1000 when there is none, 2001 when it is somebody else's and the actor is no administrator */
export const authorisedAlgorithm = async (
  deps: Pick<Dependencies, 'db'>,
  actor: Actor,
  where: { id: string } | { owner: string; name: string },
): Promise<Algorithm> => {
  if ('id' in where && !z.uuid().safeParse(where.id).success) throw notFound();
  const row = await deps.db.prisma.algorithm.findUnique({
    where: 'id' in where ? { id: where.id } : { owner_name: { owner: where.owner, name: where.name } },
    select: { id: true, owner: true, name: true },
  });
  if (row === null) throw notFound();
  if (!mayManage(actor, row.owner)) {
    throw new ApiError('NotAuthorized', 'This algorithm belongs to somebody else. Ask its owner or an administrator.');
  }
  return row;
};

/** A user manages what is under its own name, an administrator everything. */
export const mayManage = (actor: Actor, owner: string): boolean => actor.role === 'admin' || actor.username === owner;

const notFound = () => new ApiError('AlgorithmNotFound', 'There is no such algorithm. Check its id, or its owner and name.');
