import httpProxy from '@fastify/http-proxy';
import { ApiError } from '@secret-store/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerError } from '../errors/answer-errors.ts';
import { askForCompressed, describeCompressed } from './compressed-files.ts';

/** Where the panel listens. It may move: ask each time. */
export interface PanelAddress {
  readonly origin: string;
}

export interface PanelOptions {
  readonly panel: PanelAddress;
  /** the panel is `next dev`: it has a websocket for hot reload, and takes `POST` for what its error overlay asks */
  readonly development: boolean;
}

/** Everything that is not ours is a page. The panel's server needs no credential, so it is given none. */
export const servePanel = async (app: FastifyInstance, { panel, development }: PanelOptions): Promise<void> => {
  await app.register(httpProxy, {
    // none that is fixed: `getUpstream` answers
    upstream: '',
    prefix: '/',
    config: { isPanel: true },
    httpMethods: ['GET', 'HEAD', ...(development ? ['POST'] : [])],
    ...(!development && { preHandler: askForCompressed }),
    ...(development && { websocket: true, wsClientOptions: { rewriteRequestHeaders: onlyOrigin } }),
    replyOptions: {
      getUpstream: () => panel.origin,
      rewriteHeaders: describeCompressed,
      rewriteRequestHeaders: (
        _request,
        { authorization: _authorization, cookie: _cookie, expect: _expect, ...headers },
      ) => headers,
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

/** `next dev` decides by the origin who may hear of changes. */
const onlyOrigin = (_headers: unknown, { headers: { origin } }: FastifyRequest): Record<string, string> =>
  origin === undefined ? {} : { origin };
