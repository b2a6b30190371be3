import type { Deadline } from '@secret-store/provider-sdk/http';

/** The token with which requests are made, kept alive. */
export interface VaultSession {
  /** @throws {VaultProblemError} where there is none to be had */
  token(deadline: Deadline): Promise<string>;
  /**
   * Another token in the place of one that a request was refused with.
   * @throws {VaultProblemError} where there is none: `not-permitted` when the refused one is valid all the same
   */
  replace(refused: string, deadline: Deadline): Promise<string>;
}
