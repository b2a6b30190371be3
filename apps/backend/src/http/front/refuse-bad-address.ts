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

/** The name of the first parameter of the query whose value cannot be stored. */
const unstorableParameter = (address: string): string | undefined => {
  const [, ...query] = address.split('?');
  const parameters = [...new URLSearchParams(query.join('?'))];
  return parameters.find(([name, value]) => isStorable(name) && !isStorable(value))?.[0];
};

/** After the hooks that say who may ask, and before the body is read. */
export const refuseBadAddress = (app: FastifyInstance): void => {
  app.addHook('preParsing', async ({ raw: { url = '' } }, _reply, payload) => {
    if (isReadable(url)) return payload;
    const field = unstorableParameter(url);
    if (field !== undefined) {
      throw new ApiError('InputValidationError', `Invalid value for ${field}: remove U+0000 from it.`, { field });
    }
    throw new ApiError(
      'InputValidationError',
      'The address cannot be read. Encode it as UTF-8 in percent-encoding, without U+0000 and unpaired surrogates.',
    );
  });
};
