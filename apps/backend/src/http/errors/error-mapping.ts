import { ApiError, type ErrorBody, type ErrorName } from '@secret-store/api';
import { isUnavailable } from '@secret-store/db';
import { PluginFailure } from '@secret-store/plugin-host';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { z } from 'zod';
import { providerFailure } from '../../modules/provider-failure.ts';
import { RowRefused } from '../../rows/row-refused.ts';
import { SetIntegrityError } from '../../sets/set-integrity-error.ts';
import { MalformedBodyError } from './malformed-body-error.ts';
import {
  describeIssues,
  fieldOf,
  firstField,
  readValidationFailure,
  type ValidationFailure,
} from './validation-issue.ts';

const notFound: Readonly<Record<string, { name: ErrorName; message: string; status?: number }>> = {
  algorithmId: { name: 'AlgorithmNotFound', message: 'There is no algorithm with this id.' },
  providerId: { name: 'SecretProviderNotFound', message: 'There is no secret provider with this id.' },
  secretId: { name: 'SecretNotFound', message: 'There is no secret with this id.' },
  workerId: { name: 'InputValidationError', message: 'There is no worker with this id.', status: 404 },
};

const missingError = ({ name, message, status }: NonNullable<(typeof notFound)[string]>): ApiError =>
  new ApiError(name, message, status === undefined ? {} : { status });

/** The error of an id in the path that is none; null where another part of the path is at fault. */
export const unknownInPath = ({ issues }: z.ZodError): ApiError | null => {
  const missing = notFound[String(issues[0]?.path[0])];
  return missing ? missingError(missing) : null;
};

const invalidInput = ({ validation, validationContext }: ValidationFailure): ApiError => {
  const [first] = validation;
  const missing = validationContext === 'params' && first ? notFound[fieldOf(first)] : undefined;
  if (missing) return missingError(missing);
  return new ApiError('InputValidationError', `${describeIssues(validation)}.`, firstField(validation));
};

/** As long as what waits is served or refused, on average. */
const overloadedSeconds = 2;

const RequestError = z.object({ statusCode: z.number().int().min(400).max(499) });

/** An error of Fastify or its plugins on a request that cannot be read. Their messages quote the request: ours do not. */
const unreadable = (status: number): ApiError =>
  status === 413
    ? new ApiError('InputValidationError', 'The body is too large: at most 1 MiB, and 32 MiB for a module.', { status })
    : new ApiError('InputValidationError', 'The request cannot be read. Check its address, headers and body.');

/** tRPC wraps what a procedure threw; without a cause it is its own word on a call that it cannot read. */
const trpcError = (error: TRPCError): ApiError => {
  if (error.cause !== undefined) return asApiError(error.cause);
  const status = getHTTPStatusCodeFromError(error);
  if (status === 404) return new ApiError('InputValidationError', 'There is no such procedure.', { status });
  return status < 500 ? unreadable(status) : unexpected(error);
};

const unexpected = (cause: unknown): ApiError =>
  new ApiError('InternalServerError', 'Something went wrong on our side. The log has the cause under this id.', {
    cause,
  });

const changedOutside = (what: string, cause: unknown): ApiError =>
  new ApiError(
    'InternalServerError',
    `${what} was changed outside the store and is ignored. See the row.refuse event in the audit, and restore the database from a backup.`,
    { cause },
  );

const overloaded = (cause: unknown): ApiError =>
  new ApiError(
    'Overloaded',
    'The store has too much to do, or its database does not answer. Try again in a few seconds.',
    {
      cause,
      retryAfterSeconds: overloadedSeconds,
    },
  );

/** The one translation of errors, for REST and tRPC. What nobody expected becomes 5001. */
export const asApiError = (error: unknown): ApiError => {
  if (error instanceof ApiError) return error;
  if (error instanceof PluginFailure) return providerFailure(error);
  if (error instanceof RowRefused) return changedOutside(`A database row (${error.kind})`, error);
  if (error instanceof SetIntegrityError) {
    return changedOutside(`The signed set of algorithm ${error.algorithmId}`, error);
  }
  if (error instanceof MalformedBodyError) return new ApiError('InputValidationError', error.message, error.options);
  if (error instanceof z.ZodError) return new ApiError('InputValidationError', 'The input is not valid.');
  if (isUnavailable(error)) return overloaded(error);
  const failure = readValidationFailure(error);
  if (failure) return invalidInput(failure);
  if (error instanceof TRPCError) return trpcError(error);
  const request = RequestError.safeParse(error);
  if (request.success) return unreadable(request.data.statusCode);
  return unexpected(error);
};

export const errorBody = (error: ApiError, requestId: string): ErrorBody => ({
  error: {
    id: requestId,
    code: error.code,
    message: error.message,
    ...(error.field !== undefined && { field: error.field }),
    ...(error.fields.length > 1 && { fields: [...error.fields] }),
  },
});
