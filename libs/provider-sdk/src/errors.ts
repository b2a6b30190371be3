/** Base of the errors that keep their class on the way out of the sandbox. Their text stays inside. */
export abstract class SecretProviderError extends Error {
  abstract readonly code: string;
}

/** The identifier names no secret in the vault. An outage is not this: throw any other error for it. */
export class SecretNotFoundError extends SecretProviderError {
  readonly code = 'SECRET_NOT_FOUND';
  override readonly name = 'SecretNotFoundError';

  constructor(message = 'the vault holds no secret under this identifier', options?: ErrorOptions) {
    super(message, options);
  }
}

/** A configuration key is missing or bad. Holds the key's name, never its value. */
export class ConfigurationError extends SecretProviderError {
  readonly code = 'CONFIGURATION';
  override readonly name = 'ConfigurationError';

  /** @param key the name of the configuration key at fault */
  constructor(
    readonly key: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`configuration key ${key}: ${problem}`, options);
  }
}
