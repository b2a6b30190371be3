/**
 * Why a vault failed. Since interface 1.1.0. A closed list, because it is all that the host tells
 * an administrator: it has a sentence that says what to do for each, and a plugin's own words never leave its process.
 */
export const vaultProblems = [
  /** no connection: name, port or network */
  'unreachable',
  /** since 1.2.0: the sandbox refused the connection or the look-up, because the manifest's `egress` does not list it */
  'not-in-egress',
  /** its certificate, or ours, is not accepted */
  'certificate',
  'timed-out',
  /** answers with a redirect, which is not followed */
  'redirected',
  'sealed',
  'standby',
  'not-initialized',
  /** too many requests */
  'throttled',
  /** a server error that may pass */
  'unavailable',
  /** the login, token or identity is refused */
  'not-authenticated',
  /** logged in, and not allowed to do this */
  'not-permitted',
  /** what is at the configured path is not a store that this provider supports */
  'wrong-engine',
  /** someone else wrote at the same time, or the name is taken */
  'conflict',
  'too-large',
  /** the secret exists and was disabled in the vault */
  'disabled',
  /** the secret exists, and has expired or is not valid yet */
  'expired',
  /** the secret was deleted and can still be recovered in the vault */
  'soft-deleted',
  /** an answer that this provider does not understand */
  'unexpected-answer',
] as const;
export type VaultProblem = (typeof vaultProblems)[number];
