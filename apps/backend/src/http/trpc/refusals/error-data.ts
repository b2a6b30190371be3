import type { TRPCError } from '@trpc/server';
import { errorTable } from '@secret-store/api';
import { ZodError } from 'zod';
import { asApiError } from '../../errors/error-mapping.ts';

/** What the client finds in `error.data`, the same as the REST body. */
export interface ErrorData {
  readonly id: string;
  readonly code: number;
  readonly message: string;
  /** path of the field at fault */
  readonly field?: string;
  /** messages by input field */
  readonly fields: Readonly<Record<string, string>>;
}

/** Where the input is an id beside a `request`, the caller knows the fields of the request. */
const fieldOf = ([first, ...rest]: readonly PropertyKey[]): string =>
  (first === 'request' ? rest : [first, ...rest]).map(String).join('.');

export const errorData = (error: TRPCError, requestId: string): ErrorData => {
  const { cause } = error;
  if (cause instanceof ZodError) {
    const fields = Object.fromEntries(cause.issues.map((issue) => [fieldOf(issue.path), issue.message]));
    const message = Object.entries(fields)
      .map(([field, problem]) => `${field} ${problem}`)
      .join('; ');
    const [field] = Object.keys(fields);
    return {
      id: requestId,
      code: errorTable.InputValidationError.code,
      message,
      ...(field !== undefined && { field }),
      fields,
    };
  }
  const { code, message, field, fields } = asApiError(error);
  return {
    ...{ id: requestId, code, message },
    ...(field !== undefined && { field }),
    fields: Object.fromEntries(fields.map((path) => [path, message])),
  };
};
