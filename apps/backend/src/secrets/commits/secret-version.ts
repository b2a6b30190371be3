import type { Change } from '../../ledger/change.ts';

interface SecretVersion {
  /** the secret's `valueId` */
  readonly id: string;
  readonly secretId: string;
  readonly version: number;
  /** what the provider called it; null where nobody was told */
  readonly providerVersion: string | null;
}

/** Adds to the history of a secret's values. */
export const storeVersion = (
  change: Change,
  { id, secretId, version, providerVersion }: SecretVersion,
): Promise<void> =>
  change.write('secret_version', {
    text: `INSERT INTO secret_version (id, "secretId", version, "providerVersion")
      VALUES ($1::uuid, $2::uuid, $3::int, $4)`,
    values: [id, secretId, version, providerVersion],
  });
