import { ApiError } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import type { Rows } from '../rows/row-kinds.ts';

/**
 * @throws {ApiError} 8008 when the algorithm has no such secret
 * @throws {RowRefused} when somebody else wrote its row
 */
export const existingSecret = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  algorithmId: string,
  secretId: string,
): Promise<Rows['secret']> => {
  const row = z.uuid().safeParse(secretId).success ? await ledger.read('secret', secretId) : null;
  if (row?.algorithmId !== algorithmId) throw secretNotFound();
  return row;
};

export const secretNotFound = () =>
  new ApiError('SecretNotFound', 'This algorithm has no such secret. Reload the list; it may have been removed.');
