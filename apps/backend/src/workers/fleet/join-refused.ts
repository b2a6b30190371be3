import { ApiError } from '@secret-store/api';

/** Why a machine does not become a worker: it ends with that sentence. */
export const joinRefused = (message: string, options: ConstructorParameters<typeof ApiError>[2] = {}): ApiError =>
  new ApiError('JoinRefused', message, options);

export const unknownPool = (): ApiError =>
  joinRefused('This store has no such pool. Check that the token is of this store, or make a new one with invite.');
