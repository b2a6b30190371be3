import type { SetEntry } from '@secret-store/sealing';
import { type Read, type SetDependencies } from '../sets/verified-set.ts';
import { secretEntry } from '../sets/secret-entry.ts';
import { existingSecret, secretNotFound } from './existing-secret.ts';

export interface WhichSecret {
  readonly algorithmId: string;
  readonly secretId: string;
}

/**
 * The secret as it was signed.
 * @throws {ApiError} 8008 when there is no such secret, or one whose deletion is under way
 */
export const writableEntry = async (
  deps: SetDependencies,
  read: Read,
  { algorithmId, secretId }: WhichSecret,
): Promise<SetEntry> => {
  const entry = await secretEntry(deps, read, algorithmId, secretId);
  if (entry === null) await existingSecret(deps, algorithmId, secretId);
  if (entry === null || entry.deleting) throw secretNotFound();
  return entry;
};
