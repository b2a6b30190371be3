import { isTRPCClientError } from '@trpc/client';
import type { AppRouter } from '@secret-store/backend/app-router';
import { errorTable, type ErrorName } from '@secret-store/api/schemas';

/** An error as the pages show it. Errors reach them in no other form. */
export interface Failure {
  /** from the error table; null where the store did not respond */
  readonly code: number | null;
  readonly message: string;
  /** messages by input field */
  readonly fields: Readonly<Record<string, string>>;
  /** the request's id, which the log has too */
  readonly reference: string | null;
}

/** A failed request that did not go through tRPC. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

export const unreachable: Failure = {
  code: null,
  message: 'The store didn’t respond. Check your connection and that the store is running, then try again.',
  fields: {},
  reference: null,
};

export const failureOf = (error: unknown): Failure => {
  if (error instanceof RequestError) return error.failure;
  if (isTRPCClientError<AppRouter>(error) && error.data) {
    const { code, message, fields, id } = error.data.secretStore;
    return { code, message, fields, reference: id === '' ? null : id };
  }
  return unreachable;
};

export const isError = (failure: Failure, ...names: readonly ErrorName[]) =>
  names.some((name) => errorTable[name].code === failure.code);

export const isNotFound = (failure: Failure) =>
  isError(failure, 'AlgorithmNotFound', 'SecretProviderNotFound', 'SecretNotFound');
