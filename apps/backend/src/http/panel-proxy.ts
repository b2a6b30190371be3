import httpProxy from '@fastify/http-proxy';
import { ApiError } from '@secret-store/api';
import type { FastifyInstance } from 'fastify';
import { answerError } from './errors/answer-errors.ts';

/** Everything that is not ours is a page. The panel's server needs no credential, so it is given none. */
export const servePanel = async (app: FastifyInstance, panelOrigin: string): Promise<void> => {
  await app.register(httpProxy, {
    upstream: panelOrigin,
    prefix: '/',
    httpMethods: ['GET', 'HEAD'],
    websocket: false,
    replyOptions: {
      rewriteRequestHeaders: (_request, { authorization: _authorization, cookie: _cookie, ...headers }) => headers,
      onError: (reply) => {
        // answered in the proxy's own, untyped reply; it is Fastify's
        const unavailable = new ApiError('InternalServerError', 'The panel is not answering. Try again in a moment.', {
          status: 503,
          retryAfterSeconds: 2,
        });
        answerError(reply as Parameters<typeof answerError>[0], unavailable);
      },
    },
  });
};
