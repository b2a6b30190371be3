import { type Actor, ApiError } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Change, change } from '../ledger/change.ts';
import { auditDeletion, removeSecretRows } from '../secrets/commits/finish-deletion.ts';
import { type FailedRemoval, type Removal, removeFromVaults } from '../secrets/remove-from-vault.ts';
import { endWithoutVault } from '../secrets/remove-secret.ts';
import { setTurn } from '../sets/next-set.ts';
import { type Read, readCommitted, verifiedSet } from '../sets/verified-set.ts';

/** What its vaults have goes first. Where one of them does not delete, the algorithm stays, with what is left of it. */
export const removeAlgorithm = async (deps: Dependencies, actor: Actor, algorithmId: string): Promise<void> => {
  const { owner, name } = await authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId });
  const removal = { deps, actor: userActor(actor), algorithmId };
  const inVaults = (await signedSecrets(deps, readCommitted(deps), algorithmId)).filter(isInVault);
  if (inVaults.length > 0) await removeVaulted(removal, inVaults);
  await change(
    deps,
    async (changes) => {
      await removeRest(removal, changes);
      await changes.remove('algorithm', algorithmId);
      changes.forget('set', algorithmId);
      changes.audit({
        actor: removal.actor,
        action: 'algorithm.delete',
        subject: { type: 'algorithm', id: algorithmId, name: `${owner}/${name}` },
        details: { owner, name },
      });
    },
    { turn: setTurn(algorithmId) },
  );
};

const isInVault = (entry: SetEntry): boolean => endWithoutVault(entry) === null;

const signedSecrets = async (deps: Dependencies, read: Read, algorithmId: string): Promise<readonly SetEntry[]> =>
  (await verifiedSet(deps, read, algorithmId))?.body.secrets ?? [];

const removeVaulted = async (removal: Removal, entries: readonly SetEntry[]): Promise<void> => {
  const ids = entries.map(({ secretId }) => secretId);
  const failures = await removeFromVaults(removal, ids);
  // one that is gone meanwhile is what was wanted
  const [failed, ...others] = failures.filter(({ error }) => !isNotFound(error));
  if (failed !== undefined) throw stillThere(failed, others.length);
};

/** What is ours, and references. */
const removeRest = async ({ deps, actor, algorithmId }: Removal, changes: Change): Promise<void> => {
  await changes.find('algorithm', algorithmId);
  const left = await signedSecrets(deps, (statement) => changes.query(statement), algorithmId);
  const deletions = left.map((entry) => ({ ...entry, vault: endWithoutVault(entry) }));
  await removeSecretRows(
    changes,
    left.map(({ secretId }) => secretId),
  );
  // rows that were planted under the algorithm
  await changes.query({ text: 'DELETE FROM secret WHERE "algorithmId" = $1::uuid', values: [algorithmId] });
  for (const { vault, ...entry } of deletions) {
    if (vault === null) {
      throw new ApiError(
        'UnableToDeleteSecret',
        'A secret was added while the algorithm was being removed. Try again.',
      );
    }
    auditDeletion(changes, actor, algorithmId, { ...entry, vault });
  }
};

const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.errorName === 'SecretNotFound';

const stillThere = ({ secretId, error }: FailedRemoval, others: number): unknown => {
  if (!(error instanceof ApiError)) return error;
  const more = others === 0 ? '' : ` ${others} more failed.`;
  return new ApiError(
    error.errorName,
    `${error.message} This is about secret ${secretId}.${more} The algorithm still exists: delete it again later.`,
    { status: error.status, cause: error },
  );
};
