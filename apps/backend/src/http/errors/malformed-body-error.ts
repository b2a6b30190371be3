/** The body cannot be read as JSON. Its text stays out of the message. */
export class MalformedBodyError extends Error {
  override readonly name = 'MalformedBodyError';
  readonly code = 'MALFORMED_BODY';
}
