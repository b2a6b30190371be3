import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** One line a request: ids, the route's template and the outcome. */
export const logRequest =
  (log: Logger) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    log.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
        actorId: request.actor?.userId ?? null,
      },
      'request',
    );
  };
