import { ApiError } from '@secret-store/api';
import type { PrismaClient } from '@secret-store/db';

export const defaultPoolName = 'default';

/** The pool that runs an algorithm unless somebody says otherwise. */
export const defaultPoolId = async (prisma: Pick<PrismaClient, 'workerPool'>): Promise<string> => {
  const pool = await prisma.workerPool.findUnique({ where: { name: defaultPoolName } });
  if (pool !== null) return pool.id;
  throw new ApiError(
    'InternalServerError',
    'The store has no worker pool yet. Start the backend with the certificates that init wrote.',
  );
};
