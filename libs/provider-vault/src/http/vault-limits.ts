export interface VaultLimits {
  /** Less than the 10 s that the host grants a call, so that we can report what went wrong. */
  readonly callMilliseconds: number;
  readonly retries: number;
  readonly retryMilliseconds: number;
}

export const defaultVaultLimits: VaultLimits = { callMilliseconds: 8_500, retries: 3, retryMilliseconds: 100 };
