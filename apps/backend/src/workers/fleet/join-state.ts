import type { JoinStateAnswer } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import { passRefused } from '../../rows/row-refused.ts';
import { findJoin } from './join-requests.ts';

type StateDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools'>;

/** What became of a request to join. Whether the worker is a member is for the pool's log to say. */
export const joinState = async (deps: StateDependencies, workerId: string): Promise<JoinStateAnswer> => {
  const asked = await findJoin(deps, workerId);
  const worker = await deps.ledger.read('worker', workerId).catch(passRefused);
  const poolId = worker?.poolId ?? asked?.poolId;
  if (poolId === undefined)
    return refused('Nobody knows this request any more. Start the worker again with its token.');
  const log = await deps.pools.log(poolId);
  const member = log?.state.members.get(workerId);
  if (member !== undefined && member.revokedAt === null)
    return { state: 'joined', reason: null, marks: asked?.marks ?? null };
  if (member !== undefined) return refused('This worker was revoked. Remove its folder and join again.');
  const refusal = asked?.refusal ?? null;
  return refusal === null ? { state: 'waiting', reason: null, marks: null } : refused(refusal);
};

const refused = (reason: string): JoinStateAnswer => ({ state: 'refused', reason, marks: null });
