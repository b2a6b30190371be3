import type { SetEntry } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { existingSecret, secretNotFound } from './existing-secret.ts';

export interface WhichSecret {
  readonly algorithmId: string;
  readonly secretId: string;
}

/**
 * The secret as it was signed, where it is there.
 * @param entry null where the algorithm's set does not have the secret
 * @throws {ApiError} 8008 when there is no such secret
 */
export const requireEntry = async (
  deps: Pick<Dependencies, 'ledger'>,
  { algorithmId, secretId }: WhichSecret,
  entry: SetEntry | null,
): Promise<SetEntry> => {
  if (entry !== null) return entry;
  await existingSecret(deps, algorithmId, secretId);
  throw secretNotFound();
};

/** The same where its deletion is not under way. */
export const requireWritable = async (
  deps: Pick<Dependencies, 'ledger'>,
  which: WhichSecret,
  signed: SetEntry | null,
): Promise<SetEntry> => {
  const entry = await requireEntry(deps, which, signed);
  if (entry.deleting) throw secretNotFound();
  return entry;
};
