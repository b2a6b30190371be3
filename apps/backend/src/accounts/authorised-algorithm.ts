import { type Actor, type Algorithm, type AlgorithmAccess, ApiError } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { canAccessAlgorithm } from './permissions.ts';

/** @throws {ApiError} 1000 when there is none, 2001 when the actor may not do this with it */
export const authorisedAlgorithm = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  access: AlgorithmAccess,
  where: { id: string } | { owner: string; name: string },
): Promise<Algorithm> => {
  const row = await ('id' in where ? algorithmById(deps, where.id) : algorithmByName(deps, where));
  if (row === null) throw noSuchAlgorithm();
  const { id, owner, name } = row;
  if (!canAccessAlgorithm(actor, row, access)) {
    throw new ApiError('NotAuthorized', 'This algorithm belongs to someone else. Ask its owner or an administrator.');
  }
  return { id, owner, name };
};

const Id = z.uuid();

const algorithmById = async ({ ledger }: Pick<Dependencies, 'ledger'>, id: string) =>
  Id.safeParse(id).success ? ledger.read('algorithm', id) : null;

const algorithmByName = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  { owner, name }: { owner: string; name: string },
) => {
  const row = await db.prisma.algorithm.findUnique({ where: { owner_name: { owner, name } } });
  if (row !== null) return ledger.genuine('algorithm', row);
  const id = ledger.memory.claimant('algorithm', `name:${owner}/${name}`);
  return id === null ? null : ledger.read('algorithm', id);
};

export const noSuchAlgorithm = () =>
  new ApiError('AlgorithmNotFound', 'There is no such algorithm. Check its id, or its owner and name.');
