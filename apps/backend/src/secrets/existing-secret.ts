import { ApiError } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';

/** @throws {ApiError} 8008 when the algorithm has no such secret */
export const existingSecret = async (
  deps: Pick<Dependencies, 'db'>,
  algorithmId: string,
  secretId: string,
): Promise<void> => {
  const isId = z.uuid().safeParse(secretId).success;
  const count = isId ? await deps.db.prisma.secret.count({ where: { id: secretId, algorithmId } }) : 0;
  if (count === 0) throw secretNotFound();
};

export const secretNotFound = () =>
  new ApiError('SecretNotFound', 'This algorithm has no such secret. Reload the list; it may have been removed.');
