import type { TRPCError } from '@trpc/server';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import { logFailure } from './answer-errors.ts';
import { countRefusal } from './count-refusal.ts';
import { asApiError } from './error-mapping.ts';

/** The status, headers, log line and count of an error, the same as REST has. */
export const trpcErrorAnswers = (log: Logger, refusals: RefusalCounter) => ({
  onError: ({ error, req, path }: { error: TRPCError; req: FastifyRequest; path?: string | undefined }): void => {
    const apiError = asApiError(error);
    logFailure(log, apiError, req.id);
    countRefusal(refusals, req, apiError, path);
  },
  responseMeta: ({ errors }: { errors: readonly TRPCError[] }) => {
    const [first] = errors;
    if (!first) return {};
    const { status, retryAfterSeconds } = asApiError(first);
    return { status, headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) } };
  },
});
