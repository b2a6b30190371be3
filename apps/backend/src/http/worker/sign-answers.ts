import { requestDigest, signAnswer } from '@secret-store/sealing';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { BackendKeys } from '../../dependencies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** over which the worker that asks signs its next request; empty for none */
    requestValue: string;
  }
}

/** As it came: a signature covers its bytes. */
export const bodyOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

type SigningKeys = Pick<BackendKeys, 'signer' | 'certificate'>;

/** With which the answer to this request shows that it is of a backend of this store; none where the request names itself by nothing. */
export const answerHeaders = (
  request: FastifyRequest,
  keys: SigningKeys,
  { status, body }: { readonly status: number; readonly body: Uint8Array },
): Record<string, string> => {
  const { method, url: target, headers, requestValue: value } = request;
  const digest = requestDigest({ method, target, headers, body: bodyOf(request) });
  return digest === null ? {} : signAnswer({ digest, status, body, value, requestHeaders: headers }, keys);
};

/** Signs every answer of the routes of this plugin, refusals too, also where a proxy ends TLS. */
export const signAnswers = (app: FastifyInstance, keys: SigningKeys): void => {
  app.decorateRequest('requestValue', '');
  app.addHook('onSend', async (request, reply, payload) => {
    const body = bytesOf(payload);
    reply.headers(answerHeaders(request, keys, { status: reply.statusCode, body }));
    return body;
  });
};

const bytesOf = (payload: unknown): Uint8Array => {
  if (payload === undefined || payload === null) return Buffer.alloc(0);
  if (typeof payload === 'string') return Buffer.from(payload, 'utf8');
  if (payload instanceof Uint8Array) return payload;
  throw new Error('an answer to a worker is sent whole, so that it can be signed');
};
