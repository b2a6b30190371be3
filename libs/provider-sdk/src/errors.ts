import type { ConfigurationProblem } from './configuration-problem.ts';
import type { VaultProblem } from './vault-problem.ts';

export interface ConfigurationErrorOptions extends ErrorOptions {
  /** all that leaves the sandbox beside the key */
  readonly reason?: ConfigurationProblem | undefined;
}

/** Base of the errors that keep their class on the way out of the sandbox. Their text stays inside. */
export abstract class SecretProviderError extends Error {
  abstract readonly code: string;
}

/** The identifier names no secret in the vault. An outage is not this: throw another error for it. */
export class SecretNotFoundError extends SecretProviderError {
  readonly code = 'SECRET_NOT_FOUND';
  override readonly name = 'SecretNotFoundError';

  constructor(message = 'the vault holds no secret under this identifier', options?: ErrorOptions) {
    super(message, options);
  }
}

/** A configuration key is missing or invalid. Holds the key's name, never its value. */
export class ConfigurationError extends SecretProviderError {
  readonly code = 'CONFIGURATION';
  override readonly name = 'ConfigurationError';

  readonly reason: ConfigurationProblem | undefined;

  /**
   * @param key the name of the configuration key at fault
   * @param problem continues a sentence about it, such as `must not contain a space`
   */
  constructor(
    readonly key: string,
    readonly problem: string,
    { reason, ...options }: ConfigurationErrorOptions = {},
  ) {
    super(`configuration key ${key}: ${problem}`, options);
    this.reason = reason;
  }
}

/** A reference is malformed, or outside of what the configuration allows for references. Since interface 1.1.0. */
export class InvalidReferenceError extends SecretProviderError {
  readonly code = 'INVALID_REFERENCE';
  override readonly name = 'InvalidReferenceError';

  constructor(message = 'the reference is malformed or not allowed', options?: ErrorOptions) {
    super(message, options);
  }
}

/** The vault failed, for a reason that an administrator can act on. Since interface 1.1.0. */
export class VaultProblemError extends SecretProviderError {
  readonly code = 'VAULT_PROBLEM';
  override readonly name = 'VaultProblemError';

  constructor(
    readonly problem: VaultProblem,
    options?: ErrorOptions,
  ) {
    super(`the vault failed: ${problem}`, options);
  }
}
