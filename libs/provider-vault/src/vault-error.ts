const mends = {
  DENIED: 'the server refused the token: renew it, or give it the policy in the README for vault_secret_path',
  UNAVAILABLE: 'the server is sealed, in standby or overloaded: unseal it, or try again',
  UNREACHABLE: 'no connection to the server: check vault_addr, the network and the certificate',
  TIMEOUT: 'the server did not answer in time: check that it is up and reachable',
  REDIRECT: 'the server answered with a redirect, which is not followed: set vault_addr to the active node itself',
  NOT_KEY_VALUE: 'vault_secret_path is in no KV mount of version 1 or 2: name one',
  NO_ROUTE: 'the mount of vault_secret_path is gone or has changed its version: check it on the server',
  OTHER_PATH: 'the secret was stored below another vault_secret_path: set that path again',
  CONFLICT: 'the secret was changed on the server in the same moment: try again',
  UNEXPECTED: 'the answer is not one that a KV mount gives: check that vault_addr leads to Vault or OpenBao',
} as const;

export type VaultErrorCode = keyof typeof mends;

/**
 * An outage or a refusal, never an absence. It holds nothing that the server wrote, and no cause: either could quote a
 * value or the token.
 */
export class VaultError extends Error {
  override readonly name = 'VaultError';

  /** @param detail an HTTP status or a system's error code */
  constructor(
    readonly code: VaultErrorCode,
    detail?: string | number,
  ) {
    super(detail === undefined ? mends[code] : `${mends[code]} (${detail})`);
  }
}
