import { ApiError, type Actor } from '@secret-store/api';

export const requireAdministrator = (actor: Actor): void => {
  if (actor.role !== 'admin') {
    throw new ApiError('NotAuthorized', 'Only an administrator may do this. Ask one, or use an administrator\'s key.');
  }
};
