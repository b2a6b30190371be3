/** The body cannot be read as JSON, or holds what cannot be stored. Its text stays out of the message. */
export class MalformedBodyError extends Error {
  override readonly name = 'MalformedBodyError';
  readonly code = 'MALFORMED_BODY';

  constructor(
    message: string,
    /** path of the field at fault; empty where the whole body is */
    readonly field = '',
  ) {
    super(message);
  }

  /** for the options of the error that is answered */
  get options(): { readonly cause: Error; readonly field?: string } {
    return { cause: this, ...(this.field !== '' && { field: this.field }) };
  }
}
