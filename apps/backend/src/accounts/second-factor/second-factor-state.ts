import type { Actor, SecondFactorState } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import { requirePermission } from '../permissions.ts';

/** Whether sign-in asks this user for a code: the row memory says so, whatever became of the row. */
export const hasSecondFactor = ({ ledger }: Pick<Dependencies, 'ledger'>, userId: string): boolean =>
  ledger.memory.find('secondFactor', userId) !== null;

/** One's own. @throws {RowRefused} where its row was changed outside the store */
export const readSecondFactor = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  actor: Actor,
): Promise<SecondFactorState> => {
  requirePermission(actor, 'own-account.manage');
  const factor = await ledger.read('secondFactor', actor.userId);
  return {
    since: factor?.createdAt.toISOString() ?? null,
    recoveryCodes: factor?.recoveryHashes.length ?? 0,
  };
};
