import type { WorkerFleetAnswer, WorkerFleetRequest } from '@secret-store/api';
import type { PoolLog } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';
import { recentPending } from '../../resealing/pending/count-pending.ts';
import { passRefused } from '../../rows/row-refused.ts';
import type { WorkerIdentity } from '../authentication/find-member.ts';
import { forgetJoin, waitingJoins } from './join-requests.ts';
import { logPart, logsFor } from './log-parts.ts';

type FleetDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools'>;
type Caller = Pick<WorkerIdentity, 'workerId' | 'poolId'>;

/** @returns a function that answers a worker's regular question: what is new, and what there is to do in its pool */
export const createAnswerFleet = (deps: FleetDependencies) => {
  const pending = recentPending(deps);
  const describe = createDescribe(deps);
  return async ({ workerId, poolId }: Caller, { held, version, isolation }: WorkerFleetRequest) => {
    await describe(workerId, { version, isolation });
    const logs = await logsFor(deps, poolId);
    const own = logs.find((log) => log.poolId === poolId);
    const answer: WorkerFleetAnswer = {
      logs: logs.filter((log) => isNews(log, held[log.poolId])).map((log) => logPart(log, held[log.poolId])),
      joins: own === undefined ? [] : await waitingJoins(deps, own),
      revocations: own === undefined ? [] : await revocations(deps, own),
      admissions: own?.isFirst === true ? await admissions(deps, own) : [],
      pending: await pending({ workerId, poolId }),
      lacking: await lacking(deps, held),
    };
    return answer;
  };
};

const isNews = ({ head }: PoolLog, held: number | undefined): boolean => held === undefined || head.number > held;

/** Living members of the pool that an administrator revoked: its log does not say so yet. */
const revocations = async ({ ledger }: FleetDependencies, { poolId, state }: PoolLog): Promise<string[]> => {
  const living = new Set(state.livingMembers().map(({ workerId }) => workerId));
  const rows = await ledger.find('worker', { poolId });
  return rows.filter(({ id, revokedAt }) => revokedAt !== null && living.has(id)).map(({ id }) => id);
};

/** Pools with a key that the store's first pool has not taken in. */
const admissions = async ({ ledger, pools }: FleetDependencies, first: PoolLog): Promise<string[]> => {
  const found: string[] = [];
  for (const { id } of ledger.memory.living('pool')) {
    if (id === first.poolId || first.state.admitted.has(id)) continue;
    const log = await pools.log(id).catch(passRefused);
    if (log?.isFounded === true && log.currentKey !== null) found.push(id);
  }
  return found;
};

/** Logs of which the worker holds more than this backend has: the database was restored from an older state. */
const lacking = async (
  { ledger, pools }: FleetDependencies,
  held: WorkerFleetRequest['held'],
): Promise<Record<string, number>> => {
  const lacks: Record<string, number> = {};
  for (const [poolId, entries] of Object.entries(held)) {
    if (ledger.memory.find('pool', poolId) === null) continue;
    const log = await pools.log(poolId).catch(passRefused);
    const number = log?.head.number ?? 0;
    if (entries > number || log === null) lacks[poolId] = number;
  }
  return lacks;
};

interface Description {
  readonly version: string;
  readonly isolation: string;
}

/**
 * @returns a function that keeps what a worker says of its program, when it says something new. It has joined, so what was kept for
 * that goes.
 */
const createDescribe = ({ db }: Pick<Dependencies, 'db'>) => {
  const known = new Map<string, string>();
  return async (workerId: string, { version, isolation }: Description): Promise<void> => {
    const said = JSON.stringify([version, isolation]);
    if (known.get(workerId) === said) return;
    await db.pool.query({
      text: `UPDATE worker SET version = $2, isolation = $3
             WHERE id = $1 AND (version, isolation) IS DISTINCT FROM ($2, $3)`,
      values: [workerId, version, isolation],
    });
    await forgetJoin({ db }, workerId);
    known.set(workerId, said);
  };
};
