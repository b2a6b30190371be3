import { ApiError } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';

export const defaultPoolName = 'default';

/** The pool that runs an algorithm unless somebody says otherwise: the first that the backend's folder has a certificate of. */
export const defaultPoolId = ({ keys }: Pick<Dependencies, 'keys'>): string => {
  const [id] = keys.pools.keys();
  if (id !== undefined) return id;
  throw new ApiError(
    'InternalServerError',
    'The store has no worker pool yet. Start the backend with the certificates that init wrote.',
  );
};
