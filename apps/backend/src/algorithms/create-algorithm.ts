import { type Actor, type Algorithm, type AlgorithmRequest, ApiError } from '@secret-store/api';
import { isUniqueViolation } from '@secret-store/db';
import { v7 as uuidv7 } from 'uuid';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { ClaimTaken } from '../ledger/claim-taken.ts';
import { signNextSet } from '../sets/next-set.ts';
import { canAccessAlgorithmsOf } from '../accounts/permissions.ts';

/** A new algorithm of the default pool, with its first signed set, which is empty. */
export const createAlgorithm = async (
  deps: Dependencies,
  actor: Actor,
  request: AlgorithmRequest,
): Promise<Algorithm> => {
  const { owner, name } = request;
  if (!canAccessAlgorithmsOf(actor, owner, 'algorithms.manage')) {
    throw new ApiError(
      'NotAuthorized',
      `You can create algorithms only under your own name. Use ${actor.username} as the owner.`,
      {
        field: 'owner',
      },
    );
  }
  const id = uuidv7();
  const poolId = deps.pools.firstPoolId;
  try {
    await change(deps, async (changes) => {
      await changes.insert('algorithm', { id, owner, name, poolId, otherPools: null, createdAt: new Date() });
      await signNextSet(deps, changes, id, {});
      changes.audit({
        actor: userActor(actor),
        action: 'algorithm.create',
        subject: { type: 'algorithm', id, name: `${owner}/${name}` },
        details: { owner, name },
      });
    });
  } catch (error) {
    if (!isUniqueViolation(error) && !(error instanceof ClaimTaken)) throw error;
    throw new ApiError(
      'AlgorithmNameHasBeenTaken',
      `The algorithm ${owner}/${name} already exists. Choose another name.`,
      {
        cause: error,
        field: 'name',
      },
    );
  }
  return { id, owner, name };
};
