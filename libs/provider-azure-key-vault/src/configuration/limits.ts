export interface AzureLimits {
  readonly requestMilliseconds: number;
  /** Less than the 10 s that the host grants a call, so that we can report what went wrong. */
  readonly callMilliseconds: number;
  readonly retries: number;
  readonly retryMilliseconds: number;
  /** Between two checks of what the vault does in the background. */
  readonly settlingMilliseconds: number;
  /** How long a deletion waits for the purge that follows, and how long the purge is retried after the call. */
  readonly purgeMilliseconds: number;
  readonly laterPurgeMilliseconds: number;
}

export const defaultAzureLimits: AzureLimits = {
  requestMilliseconds: 5_000,
  callMilliseconds: 8_500,
  retries: 3,
  retryMilliseconds: 150,
  settlingMilliseconds: 400,
  purgeMilliseconds: 2_000,
  laterPurgeMilliseconds: 120_000,
};

/** The limits that a configuration can change. */
export const limitsOf = ({ requestMilliseconds }: Pick<AzureLimits, 'requestMilliseconds'>): AzureLimits => ({
  ...defaultAzureLimits,
  requestMilliseconds,
});

/** https://learn.microsoft.com/azure/key-vault/secrets/about-secrets */
export const maxValueBytes = 25_600;
