import { type Actor, ApiError } from '@secret-store/api';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { removeSecretOf } from '../secrets/remove-secret.ts';
import { readCommitted, verifiedSet } from '../sets/verified-set.ts';

/** Its secrets first, each at its provider. The first that cannot be deleted ends it; what is gone by then stays gone. */
export const removeAlgorithm = async (deps: Dependencies, actor: Actor, algorithmId: string): Promise<void> => {
  const { owner, name } = await authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId });
  for (const secretId of await secretIds(deps, algorithmId)) {
    await removeSecretOf(deps, userActor(actor), algorithmId, secretId).catch(namingSecret(secretId));
  }
  await change(deps, async (changes) => {
    await changes.find('algorithm', algorithmId);
    if ((await verifiedSet(deps, (statement) => changes.query(statement), algorithmId))?.body.secrets.length) {
      throw new ApiError(
        'UnableToDeleteSecret',
        'A secret was added while the algorithm was being removed. Try again.',
      );
    }
    // rows from outside the store
    await changes.query({ text: 'DELETE FROM secret WHERE "algorithmId" = $1::uuid', values: [algorithmId] });
    await changes.remove('algorithm', algorithmId);
    changes.forget('set', algorithmId);
    changes.audit({
      actor: userActor(actor),
      action: 'algorithm.delete',
      subject: { type: 'algorithm', id: algorithmId, name: `${owner}/${name}` },
      details: { owner, name },
    });
  });
};

/** Those of the signed set. */
const secretIds = async (deps: Dependencies, algorithmId: string): Promise<string[]> => {
  const set = await verifiedSet(deps, readCommitted(deps), algorithmId);
  return (set?.body.secrets ?? []).map((entry) => entry.secretId);
};

/** A secret that is gone meanwhile is what was wanted. */
const namingSecret =
  (secretId: string) =>
  (error: unknown): void => {
    if (!(error instanceof ApiError)) throw error;
    if (error.errorName === 'SecretNotFound') return;
    throw new ApiError(
      error.errorName,
      `${error.message} This is about secret ${secretId}. The algorithm still exists: delete it again later.`,
      {
        status: error.status,
        cause: error,
      },
    );
  };
