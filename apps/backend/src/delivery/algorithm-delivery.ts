import type { Actor, AlgorithmDelivery, DeliveryState, RunningCommand } from '@secret-store/api';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import type { Dependencies } from '../dependencies.ts';
import type { VerifiedSet } from '../sets/set-cache.ts';
import { readCommitted, verifiedSet } from '../sets/verified-set.ts';
import { poolsOf } from '../workers/pools/pools-of.ts';
import { presentEntry } from './secret-delivery.ts';
import { failureOf, heldNumber, stateOf } from './secret-state.ts';
import { type Holder, holdersOf } from './stored-receipts.ts';

/**
 * How many workers have the current value of these secrets of an algorithm, and what runs with its secrets.
 * @throws {ApiError} 1000 and 2001 as for the algorithm
 */
export const algorithmDelivery = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  secretIds: readonly string[],
): Promise<AlgorithmDelivery> => {
  await authorisedAlgorithm(deps, actor, 'algorithms.read', { id: algorithmId });
  const algorithm = await deps.ledger.read('algorithm', algorithmId);
  const set = await verifiedSet(deps, readCommitted(deps), algorithmId);
  if (algorithm === null || set === null) return { secrets: {}, commands: [] };
  const holders = await holdersOf(deps, algorithmId, poolsOf(algorithm));
  const wanted = new Set(secretIds);
  const entries = set.body.secrets.filter(({ secretId }) => wanted.has(secretId));
  return {
    secrets: Object.fromEntries(
      entries.map((entry) => {
        const present = presentEntry(set, entry);
        const counts: Record<DeliveryState, number> = { ready: 0, behind: 0, failed: 0, offline: 0 };
        for (const holder of holders) counts[stateOf(holder, set, present)] += 1;
        return [entry.secretId, { version: entry.version, ...counts }];
      }),
    ),
    commands: holders.flatMap((holder) => commandsOf(holder, set)),
  };
};

/** What runs on a worker that is online, and which variables have another value since it was started. */
export const commandsOf = ({ worker: { details }, said }: Holder, set: VerifiedSet): RunningCommand[] =>
  details.state !== 'online' || said === null
    ? []
    : said.receipt.processes.map(({ id, kind, number, started }) => ({
        ...{ id, workerId: details.id, worker: details.name, kind, started },
        outdated: set.body.secrets
          .filter((entry) => presentEntry(set, entry).since > number)
          .map(({ environmentVariable }) => environmentVariable),
      }));

/** How a worker does with the whole set. */
export const stateOfSet = (holder: Holder, set: VerifiedSet): 'ready' | 'behind' | 'failed' => {
  if (heldNumber(holder, set) !== set.body.number) return 'behind';
  return set.body.secrets.some(({ secretId }) => failureOf(holder, secretId) !== null) ? 'failed' : 'ready';
};
