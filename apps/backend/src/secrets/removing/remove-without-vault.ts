import { ApiError } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import type { SetEntry } from '@secret-store/sealing';
import type { Change } from '../../ledger/change.ts';
import { lockedSet } from '../../sets/locked-set.ts';
import { auditDeletion, removeSecretRows } from '../commits/finish-deletion.ts';
import type { Removal } from './remove-from-vault.ts';

/** What happens to the value where no vault is asked: it is in our database, or a reference points at it. Else null. */
export const endWithoutVault = ({ providerId, reference }: SetEntry): 'deleted' | 'kept' | null => {
  if (reference === true) return 'kept';
  return providerId === internalProviderId ? 'deleted' : null;
};

/**
 * All secrets of an algorithm that goes in the same change, so that no set is needed.
 * @throws {ApiError} 8010 when a vault has one of them
 */
export const removeWithoutVault = async ({ deps, actor, algorithmId }: Removal, changes: Change): Promise<void> => {
  const { set } = await lockedSet(deps, changes, algorithmId);
  const entries = set?.body.secrets ?? [];
  for (const entry of entries) {
    const vault = endWithoutVault(entry);
    if (vault === null) {
      throw new ApiError(
        'UnableToDeleteSecret',
        'A secret was added while the algorithm was being removed. Try again.',
      );
    }
    auditDeletion(changes, actor, algorithmId, { ...entry, vault });
  }
  await removeSecretRows(
    changes,
    entries.map(({ secretId }) => secretId),
  );
  // rows that were planted under the algorithm
  await changes.query({ text: 'DELETE FROM secret WHERE "algorithmId" = $1::uuid', values: [algorithmId] });
};
