import type { AlgorithmSecret } from '@secret-store/api';
import type { Prisma } from '@secret-store/db';

/** What `describeSecret` needs of the row. */
export const describedSecret = {
  versions: { orderBy: { version: 'desc' }, take: 1 },
} as const satisfies Prisma.SecretInclude;

/** A secret as everybody may see it, without its value, which nobody has. */
export const describeSecret = (row: Prisma.SecretGetPayload<{ include: typeof describedSecret }>): AlgorithmSecret => {
  const [current] = row.versions;
  if (current === undefined) throw new Error(`secret ${row.id} has no version`);
  return {
    id: row.id,
    short_name: row.shortName,
    description: row.description,
    owner_type: 'algorithm',
    owner_id: row.algorithmId,
    secret_key: row.environmentVariable,
    default_secret_value_id: current.id,
    provider_id: row.providerId,
    created: row.createdAt.toISOString(),
    modified: row.updatedAt.toISOString(),
  };
};
