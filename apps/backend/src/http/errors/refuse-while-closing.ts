import { ApiError } from '@secret-store/api';
import type { FastifyInstance } from 'fastify';

const retryAfterSeconds = 5;

/** Who asks over a connection that is still open while the server closes gets our error, and comes again when there is another. */
export const refuseWhileClosing = (app: FastifyInstance): void => {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onRequest', async () => {
    if (!isClosing) return;
    throw new ApiError('Overloaded', 'The store is closing. Try again in a few seconds.', { retryAfterSeconds });
  });
};
