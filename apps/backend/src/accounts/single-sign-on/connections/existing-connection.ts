import { ApiError } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../../../dependencies.ts';
import type { Rows } from '../../../rows/row-kinds.ts';

const Id = z.uuid();

/** @throws {ApiError} 6001 with status 404 where there is none */
export const existingConnection = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  connectionId: string,
): Promise<Rows['signInConnection']> => {
  const connection = Id.safeParse(connectionId).success ? await ledger.read('signInConnection', connectionId) : null;
  if (connection !== null) return connection;
  throw new ApiError('InputValidationError', 'There is no such connection. Check its id, or list the connections.', {
    status: 404,
  });
};
