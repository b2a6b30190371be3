import type { Actor, ResealingProgress } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { requirePermission } from '../../accounts/permissions.ts';
import type { Dependencies } from '../../dependencies.ts';
import { countPending } from '../../resealing/pending/count-pending.ts';

const countRecords = `SELECT (SELECT count(*) FROM internal_sealed_value)::int
  + (SELECT count(sealed) + count("sealedForWorkers") FROM provider_version)::int AS total`;

/** How far the workers are with sealing what the store has to the current keys of its pools. */
export const resealingProgress = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools'>,
  actor: Actor,
): Promise<ResealingProgress> => {
  requirePermission(actor, 'workers.read');
  const pending = await countPending(deps, { everything: true });
  const [row] = await rowsOf<{ readonly total: number }>(deps.db.pool, { text: countRecords, values: [] });
  return { pending, total: Math.max(row?.total ?? 0, pending) };
};
