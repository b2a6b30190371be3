import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';
import { passRefused } from '../rows/row-refused.ts';
import { readCommitted, verifiedSet } from './verified-set.ts';
import { SetIntegrityError } from './set-integrity-error.ts';
import { poolsOf } from '../workers/pools/pools-of.ts';

export type ConfigurationPoolDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools' | 'sets'>;

interface Candidate {
  readonly id: string;
  readonly poolId: string;
  readonly otherPools: unknown;
}

/**
 * The pools that a provider's configuration is for: the store's first, whose workers test it, and those of every algorithm that has a
 * secret with this provider. Rows only say where to look: row and signed set of an algorithm must say the same.
 */
export const configurationPools = async (
  deps: ConfigurationPoolDependencies,
  providerId: string,
): Promise<readonly string[]> => {
  const pools = new Set([deps.pools.firstPoolId]);
  for (const candidate of await candidates(deps, providerId)) {
    if (poolsOf(candidate).every((id) => pools.has(id))) continue;
    for (const id of await verifiedPools(deps, candidate.id, providerId)) pools.add(id);
  }
  return [...pools];
};

const candidates = ({ db, pools }: ConfigurationPoolDependencies, providerId: string): Promise<readonly Candidate[]> =>
  rowsOf<Candidate>(db.pool, {
    text: `SELECT id, "poolId", "otherPools" FROM algorithm
      WHERE ("poolId" <> $2::uuid OR "otherPools" IS NOT NULL)
        AND EXISTS (SELECT FROM secret WHERE secret."algorithmId" = algorithm.id AND secret."providerId" = $1::uuid)`,
    values: [providerId, pools.firstPoolId],
  });

const verifiedPools = async (
  deps: ConfigurationPoolDependencies,
  algorithmId: string,
  providerId: string,
): Promise<readonly string[]> => {
  const algorithm = await deps.ledger.read('algorithm', algorithmId).catch(passRefused);
  const set = algorithm && (await verifiedSet(deps, readCommitted(deps), algorithmId).catch(passDamaged));
  const isUsed = set?.body.secrets.some((entry) => entry.providerId === providerId) ?? false;
  return algorithm !== null && isUsed ? poolsOf(algorithm) : [];
};

const passDamaged = (error: unknown): null => {
  if (error instanceof SetIntegrityError) return null;
  throw error;
};
