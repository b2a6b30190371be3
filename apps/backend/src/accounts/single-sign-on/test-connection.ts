import type { Actor, SignInConnectionTest } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import { requirePermission } from '../permissions.ts';
import { existingConnection } from './connections/existing-connection.ts';
import { protocolOf } from './protocols.ts';

/** Asks the identity provider what people need of it to sign in. @throws {ApiError} 6001 with status 404 where there is none */
export const testConnection = async (
  deps: Pick<Dependencies, 'keys' | 'ledger'>,
  actor: Actor,
  connectionId: string,
): Promise<SignInConnectionTest> => {
  requirePermission(actor, 'users.manage');
  const connection = await existingConnection(deps, connectionId);
  return protocolOf(deps, connection).test(connection);
};
