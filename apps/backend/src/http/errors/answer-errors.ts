import { ApiError } from '@secret-store/api';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import { describeError } from '../../describe-error.ts';
import { countRefusal } from './count-refusal.ts';
import { asApiError, errorBody } from './error-mapping.ts';

export const headersOf = (error: ApiError): Record<string, string> => ({
  ...(error.retryAfterSeconds !== undefined && { 'retry-after': String(error.retryAfterSeconds) }),
  ...(error.status === 401 && { 'www-authenticate': 'Simple' }),
});

export const answerError = (reply: FastifyReply, error: ApiError) =>
  reply.code(error.status).headers(headersOf(error)).send(errorBody(error, reply.request.id));

export const logFailure = (log: Logger, error: ApiError, requestId: string): void => {
  if (error.status < 500) return;
  const level = error.errorName === 'InternalServerError' ? 'error' : 'warn';
  log[level]({ requestId, code: error.code, cause: describeError(error.cause ?? error) }, 'a request failed');
};

export const answerErrors = (app: FastifyInstance, log: Logger, refusals: RefusalCounter): void => {
  app.setErrorHandler((error, request, reply) => {
    const apiError = asApiError(error);
    logFailure(log, apiError, request.id);
    countRefusal(refusals, request, apiError);
    return answerError(reply, apiError);
  });
  app.setNotFoundHandler((_request, reply) => answerError(reply, noSuchPath()));
};

/** The table has no code for a path that does not exist: it is input that is not valid, answered with 404. */
export const noSuchPath = (): ApiError =>
  new ApiError('InputValidationError', 'There is no such path or method. /openapi.json lists them.', { status: 404 });
