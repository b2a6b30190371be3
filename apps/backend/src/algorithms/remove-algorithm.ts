import { type Actor, ApiError } from '@secret-store/api';
import type { SetEntry } from '@secret-store/sealing';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { endGrantsIn } from '../accounts/grants/end-grants.ts';
import { userActor } from '../audit/user-actor.ts';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { type FailedRemoval, type Removal, removeFromVaults } from '../secrets/removing/remove-from-vault.ts';
import { leaveInVaults } from '../secrets/removing/leave-in-vaults.ts';
import type { RemovalOptions } from '../secrets/removing/remove-secret.ts';
import { endWithoutVault, removeWithoutVault } from '../secrets/removing/remove-without-vault.ts';
import { setTurn } from '../sets/next-set.ts';
import { readCommitted, verifiedSet } from '../sets/verified-set.ts';

/**
 * What its vaults have goes first. Where one of them does not delete, the algorithm stays, with what is left of it. With `leave`,
 * no vault is asked.
 */
export const removeAlgorithm = async (
  deps: Dependencies,
  actor: Actor,
  algorithmId: string,
  { leave = false }: RemovalOptions = {},
): Promise<void> => {
  const { owner, name } = await authorisedAlgorithm(deps, actor, 'algorithms.manage', { id: algorithmId });
  const removal = { deps, actor: userActor(actor), algorithmId };
  const inVaults = ((await verifiedSet(deps, readCommitted(deps), algorithmId))?.body.secrets ?? []).filter(isInVault);
  const ids = inVaults.map(({ secretId }) => secretId);
  const left = leave ? [...new Set([...ids, ...(await deletionsUnderWay(deps, algorithmId))])] : [];
  if (left.length > 0) await leaveInVaults(removal, left);
  else if (ids.length > 0) await removeVaulted(removal, ids);
  await change(
    deps,
    async (changes) => {
      await removeWithoutVault(removal, changes);
      await endGrantsIn(deps, changes, 'collaborator', algorithmId);
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

/** Ids of secrets that are deleted here, and that their vaults have not answered about. */
const deletionsUnderWay = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  algorithmId: string,
): Promise<readonly string[]> => {
  const where = { algorithmId, kind: 'delete', state: 'pending' };
  const intents = await ledger.genuineAll('intent', await db.prisma.writeIntent.findMany({ where }));
  return intents.map(({ secretId }) => secretId);
};

const removeVaulted = async (removal: Removal, ids: readonly string[]): Promise<void> => {
  const failures = await removeFromVaults(removal, ids);
  // one that is gone meanwhile is what was wanted
  const [failed, ...others] = failures.filter(({ error }) => !isNotFound(error));
  if (failed !== undefined) throw stillThere(failed, others.length);
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
