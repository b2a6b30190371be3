import { type ErrorName, errorTable } from './error-table.ts';

export interface ApiErrorOptions extends ErrorOptions {
  /** Where the contract gives this error another status in this case: 409, 413 or 504. */
  readonly status?: number;
  /** The input field at fault, so that a form can show the message beside it. */
  readonly field?: string;
  /** All input fields at fault, where there are several; `field` is the first. */
  readonly fields?: readonly string[];
  /** Seconds, for `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** An error for the caller. Its message says what is wrong and how to fix it, and never contains a value. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly status: number;
  readonly field: string | undefined;
  readonly fields: readonly string[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly errorName: ErrorName,
    message: string,
    options: ApiErrorOptions = {},
  ) {
    super(message, options);
    this.code = errorTable[errorName].code;
    this.status = options.status ?? errorTable[errorName].status;
    this.fields = options.fields ?? (options.field === undefined ? [] : [options.field]);
    this.field = this.fields[0];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
