import { ApiError } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';

/**
 * @throws {ApiError} 8008 when the algorithm has no such secret
 * @throws {RowRefused} when somebody else wrote its row
 */
export const existingSecret = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  algorithmId: string,
  secretId: string,
): Promise<void> => {
  const row = z.uuid().safeParse(secretId).success ? await ledger.read('secret', secretId) : null;
  if (row?.algorithmId !== algorithmId) throw secretNotFound();
};

export const secretNotFound = () =>
  new ApiError('SecretNotFound', 'This algorithm has no such secret. Reload the list; it may have been removed.');
