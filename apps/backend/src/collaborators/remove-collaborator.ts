import { type Actor, type Algorithm, ApiError } from '@secret-store/api';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { userNamed } from '../accounts/user-named.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';

interface Named {
  readonly algorithmId: string;
  readonly username: string;
}

/** It acts on the next request of that person. @throws {ApiError} 6001 with status 404 for who is no collaborator */
export const removeCollaborator = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { algorithmId, username }: Named,
): Promise<void> => {
  const { id, owner, name } = await managedCollaborator(deps, actor, { algorithmId, username });
  const { id: userId } = await userNamed(deps, username);
  await change(deps, async (changes) => {
    const subject = `${id}/${userId}`;
    await deps.ledger.chain.read();
    // also a row that was changed or removed outside the store
    if (deps.ledger.memory.find('collaborator', subject) === null) {
      throw new ApiError('InputValidationError', 'This user is not a collaborator of the algorithm. Check the name.', {
        status: 404,
      });
    }
    await changes.remove('collaborator', subject);
    changes.audit({
      actor: userActor(actor),
      action: 'collaborator.remove',
      subject: { type: 'algorithm', id, name: `${owner}/${name}` },
      details: { username },
    });
  });
};

/** The algorithm, for those who may change this collaborator: who manages it, and everyone for themselves. */
export const managedCollaborator = (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { algorithmId, username }: Named,
): Promise<Algorithm> =>
  authorisedAlgorithm(deps, actor, actor.username === username ? 'algorithms.read' : 'algorithms.manage', {
    id: algorithmId,
  });
