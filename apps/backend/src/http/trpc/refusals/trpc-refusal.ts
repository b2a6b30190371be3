import type { ApiError } from '@secret-store/api';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { errorData } from './error-data.ts';

const codes = [
  'BAD_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'TIMEOUT',
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'TOO_MANY_REQUESTS',
  'SERVICE_UNAVAILABLE',
] as const;

const codeOf = (error: ApiError) =>
  codes.find((code) => getHTTPStatusCodeFromError(new TRPCError({ code })) === error.status) ?? 'INTERNAL_SERVER_ERROR';

/** What is refused before a procedure is called, in the form in which tRPC's client reads errors. */
export const trpcRefusal = (cause: ApiError, requestId: string) => {
  const code = codeOf(cause);
  const secretStore = errorData(new TRPCError({ code, message: cause.message, cause }), requestId);
  return {
    error: {
      message: cause.message,
      code: TRPC_ERROR_CODES_BY_KEY[code],
      data: { code, httpStatus: cause.status, secretStore },
    },
  };
};
