import type { AlgorithmSecret } from '@secret-store/api';
import type { Secret } from '@secret-store/db';

/** A secret as everybody may see it, without its value, which nobody has. */
export const describeSecret = (row: Secret): AlgorithmSecret => ({
  id: row.id,
  short_name: row.shortName,
  description: row.description,
  owner_type: 'algorithm',
  owner_id: row.algorithmId,
  secret_key: row.environmentVariable,
  default_secret_value_id: row.valueId,
  provider_id: row.providerId,
  stale_seconds: row.staleSeconds,
  created: row.createdAt.toISOString(),
  modified: row.updatedAt.toISOString(),
});
