import { type Actor, ApiError } from '@secret-store/api';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { appendAuditEvent } from '../audit/append-audit-event.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { removeSecretOf } from '../secrets/remove-secret.ts';
import { setTransaction } from '../sets/set-transaction.ts';
import { verifiedSet } from '../sets/verified-set.ts';

/** Its secrets first, each at its provider. The first that cannot be deleted ends it; what is gone by then stays gone. */
export const removeAlgorithm = async (deps: Dependencies, actor: Actor, algorithmId: string): Promise<void> => {
  const { owner, name } = await authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId });
  for (const secretId of await secretIds(deps, algorithmId)) {
    await removeSecretOf(deps, userActor(actor), algorithmId, secretId).catch(namingSecret(secretId));
  }
  await setTransaction(deps, async (tx) => {
    await tx.$executeRaw`SELECT id FROM algorithm WHERE id = ${algorithmId}::uuid FOR UPDATE`;
    if ((await tx.secret.count({ where: { algorithmId } })) > 0) {
      throw new ApiError(
        'UnableToDeleteSecret',
        'A secret was added while the algorithm was being removed. Try again.',
      );
    }
    await tx.algorithm.deleteMany({ where: { id: algorithmId } });
    await appendAuditEvent(tx, {
      actor: userActor(actor),
      action: 'algorithm.delete',
      subject: { type: 'algorithm', id: algorithmId, name: `${owner}/${name}` },
      details: { owner, name },
    });
  });
};

/** Those of the signed set and those of the rows, should somebody have changed the rows. */
const secretIds = (deps: Dependencies, algorithmId: string): Promise<string[]> =>
  setTransaction(deps, async (tx) => {
    const set = await verifiedSet(deps, tx, algorithmId);
    const rows = await tx.secret.findMany({ where: { algorithmId }, select: { id: true } });
    return [...new Set([...(set?.secrets ?? []).map((entry) => entry.secretId), ...rows.map((row) => row.id)])];
  });

/** A secret that is gone meanwhile is what was wanted. */
const namingSecret =
  (secretId: string) =>
  (error: unknown): void => {
    if (!(error instanceof ApiError)) throw error;
    if (error.errorName === 'SecretNotFound') return;
    throw new ApiError(error.errorName, `${error.message} Secret ${secretId} and the algorithm remain.`, {
      status: error.status,
      cause: error,
    });
  };
