import type { TRPCError } from '@trpc/server';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { logFailure } from './answer-errors.ts';
import { asApiError } from './error-mapping.ts';

/** The status, headers and log line of an error, the same as REST has. */
export const trpcErrorAnswers = (log: Logger) => ({
  onError: ({ error, req }: { error: TRPCError; req: FastifyRequest }): void =>
    logFailure(log, asApiError(error), req.id),
  responseMeta: ({ errors }: { errors: readonly TRPCError[] }) => {
    const [first] = errors;
    if (!first) return {};
    const { status, retryAfterSeconds } = asApiError(first);
    return { status, headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) } };
  },
});
