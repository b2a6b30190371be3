/** A folder cannot be packed; the message says what is wrong and the mend. */
export class PackError extends Error {
  override readonly name = 'PackError';
  readonly code = 'CANNOT_PACK';
}
