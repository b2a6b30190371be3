export type SealingErrorCode =
  | 'BAD_SIGNATURE'
  | 'BAD_BINDING'
  | 'BAD_COMMITMENT'
  | 'BAD_HASH'
  | 'BAD_CIPHERTEXT'
  | 'BAD_RECORD'
  | 'BAD_KEY'
  | 'EXPIRED'
  | 'NO_KEY'
  | 'UNKNOWN_SUITE'
  | 'UNTRUSTED';

/** Every refusal of this library. The message names what was refused, never a key, a value or a configuration. */
export class SealingError extends Error {
  override readonly name = 'SealingError';

  constructor(
    readonly code: SealingErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
