import type { RecoverySummary } from '@secret-store/api';
import { passRefused } from '../rows/row-refused.ts';
import { logPart } from '../workers/fleet/log-parts.ts';
import { pendingSummary } from './pending/pending-summary.ts';
import type { ResealDependencies, ResealWork } from './take-reseal.ts';

/** What the holder of the recovery file is shown before anything is sealed: for whom, and how much. */
export const recoverySummary = async (deps: ResealDependencies, { leases }: ResealWork): Promise<RecoverySummary> => {
  const logs: RecoverySummary['logs'] = [];
  for (const { id } of deps.ledger.memory.living('pool')) {
    const log = await deps.pools.log(id).catch(passRefused);
    if (log !== null) logs.push(logPart(log));
  }
  const summary = await pendingSummary(deps, leases, { everything: true }, [deps.keys.root.recipient.keyId]);
  return { summary, logs };
};
