import type { Deadline } from '@secret-store/provider-sdk/http';

/** Holds the token for requests and keeps it alive. */
export interface VaultSession {
  /** @throws {VaultProblemError} if no token can be obtained */
  token(deadline: Deadline): Promise<string>;
  /**
   * Returns a replacement for a token with which a request was refused.
   * @throws {VaultProblemError} if there is none: `not-permitted` when the refused token is still valid
   */
  replace(refused: string, deadline: Deadline): Promise<string>;
}
