import { ApiError, isStorable } from '@secret-store/api';
import type { FastifyInstance } from 'fastify';

/** Whether path and query are UTF-8 in percent-encoding, without what cannot be stored. */
const isReadable = (address: string): boolean => {
  if (!address.includes('%')) return true;
  try {
    return isStorable(decodeURIComponent(address));
  } catch {
    return false;
  }
};

/** After the hooks that say who may ask, and before the body is read. */
export const refuseBadAddress = (app: FastifyInstance): void => {
  app.addHook('preParsing', async ({ raw: { url = '' } }, _reply, payload) => {
    if (isReadable(url)) return payload;
    throw new ApiError(
      'InputValidationError',
      'The address cannot be read. Encode it as UTF-8 in percent-encoding, without U+0000 and unpaired surrogates.',
    );
  });
};
