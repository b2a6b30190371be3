import { type Actor, type AlgorithmPools, type AlgorithmPoolsRequest, ApiError } from '@secret-store/api';
import type { z } from 'zod';
import { requirePermission } from '../accounts/permissions.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { setTurn, signNextSet } from '../sets/next-set.ts';
import { knownPools } from '../workers/admin/known-pools.ts';
import type { MovedPools } from '../workers/admin/pool-moves.ts';
import { noteReseal } from '../workers/pools/note-reseal.ts';
import { poolsOf } from '../workers/pools/pools-of.ts';
import { algorithmPools } from './algorithm-pools.ts';

type ChangeDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools' | 'sets'>;

/**
 * Lets these pools run the algorithm, and no others. The set that says so is signed with it, so workers of a pool that was taken away
 * are refused from then on; workers seal the values to the new pools afterwards. The order of the names is of no account.
 * @throws {ApiError} 1000 where there is no such algorithm, 6001 for a pool that is unknown or named twice, with 409 for one without
 * a worker
 */
export const changeAlgorithmPools = async (
  deps: ChangeDependencies,
  actor: Actor,
  algorithmId: string,
  { pools: names }: AlgorithmPoolsRequest,
): Promise<AlgorithmPools> => {
  requirePermission(actor, 'workers.manage');
  // who names an algorithm that is not there is told that first
  await algorithmPools(deps, actor, algorithmId);
  const wanted = await poolIds(deps, names);
  await change(
    deps,
    async (changes) => {
      const algorithm = await changes.find('algorithm', algorithmId);
      if (algorithm === null) throw new ApiError('AlgorithmNotFound', 'There is no algorithm with this id.');
      const before = poolsOf(algorithm);
      const added = wanted.filter((id) => !before.includes(id));
      const removed = before.filter((id) => !wanted.includes(id));
      if (added.length === 0 && removed.length === 0) return;
      await refuseWithoutKey(deps, added);
      const [poolId = algorithm.poolId, ...others] = [...before.filter((id) => wanted.includes(id)), ...added];
      await changes.update('algorithm', algorithmId, { poolId, otherPools: others.length === 0 ? null : others });
      await signNextSet(deps, changes, algorithmId, {});
      // they can open what is sealed now
      noteReseal(deps, changes, before, algorithmId);
      changes.audit({
        actor: userActor(actor),
        action: 'algorithm.change-pools',
        subject: { type: 'algorithm', id: algorithmId, name: `${algorithm.owner}/${algorithm.name}` },
        details: { pools: [...names], ...({ added, removed } satisfies z.infer<typeof MovedPools>) },
      });
    },
    { turn: setTurn(algorithmId) },
  );
  return algorithmPools(deps, actor, algorithmId);
};

const poolIds = async (deps: ChangeDependencies, names: readonly string[]): Promise<string[]> => {
  const ids = new Map((await knownPools(deps)).map(({ id, name }) => [name, id]));
  return names.map((name, index) => {
    if (names.indexOf(name) !== index) throw refused(`The pool ${name} is named twice. Name each pool once.`, index);
    const id = ids.get(name);
    if (id === undefined) throw refused(`There is no pool ${name}. Check the name, or create the pool first.`, index);
    return id;
  });
};

const refused = (message: string, index: number): ApiError =>
  new ApiError('InputValidationError', message, { field: `pools.${index}` });

/** Nobody could open what is sealed for such a pool. */
const refuseWithoutKey = async ({ ledger, pools }: ChangeDependencies, poolIdsToAdd: readonly string[]) => {
  for (const poolId of poolIdsToAdd) {
    const log = await pools.log(poolId);
    if (log?.currentKey && log.isAdmitted) continue;
    const name = log?.name ?? (await ledger.read('pool', poolId))?.name ?? '';
    throw new ApiError('InputValidationError', log?.currentKey ? notTakenIn(name) : withoutWorker(name), {
      status: 409,
      field: 'pools',
    });
  }
};

const withoutWorker = (name: string): string =>
  `The pool ${name} has no worker yet. Invite its first one on a worker of the pool default: ` +
  `tools/secret-store invite --pool ${name}. Then start it with the token: tools/secret-store worker --url URL --join TOKEN.`;

const notTakenIn = (name: string): string =>
  `The first worker of the pool ${name} has joined, and no worker of the pool default has taken the pool in yet. ` +
  'Start a worker of the pool default, and try again.';
