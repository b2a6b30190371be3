export interface AzureLimits {
  readonly requestMilliseconds: number;
  /** Under the 10 s that the host grants a call, so that it hears from us what was wrong. */
  readonly callMilliseconds: number;
  readonly retries: number;
  readonly retryMilliseconds: number;
  /** Between two looks at what the vault does in the background. */
  readonly settlingMilliseconds: number;
  /** How long a deletion waits for the purge that comes after it, and how long it is tried once the call is over. */
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

/** What a configuration may change of the limits. */
export const limitsOf = ({ requestMilliseconds }: Pick<AzureLimits, 'requestMilliseconds'>): AzureLimits =>
  ({ ...defaultAzureLimits, requestMilliseconds });

/** https://learn.microsoft.com/azure/key-vault/secrets/about-secrets */
export const maxValueBytes = 25_600;
