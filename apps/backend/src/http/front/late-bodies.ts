import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Finds out who asks before the body is read, and again where the body came later: it may take a minute, in which a key is revoked,
 * ends, or loses its role. Otherwise a stolen key with a request that is held open could make what outlives its revocation.
 * @param ask notes in the request who it is, or throws
 */
export const askWho = (app: FastifyInstance, ask: (request: FastifyRequest) => Promise<void>): void => {
  const late = new WeakSet<FastifyRequest>();
  app.addHook('onRequest', async (request) => {
    await ask(request);
    if (!request.raw.complete) late.add(request);
  });
  app.addHook('preValidation', async (request) => {
    if (late.has(request)) await ask(request);
  });
};
