import type { Actor, PasskeyList } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import { requirePermission } from '../permissions.ts';
import type { RelyingParty } from './relying-party.ts';

/** One's own, newest first, and where they can be made and used. */
export const listPasskeys = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  actor: Actor,
  party: RelyingParty | null,
): Promise<PasskeyList> => {
  requirePermission(actor, 'own-account.manage');
  const passkeys = await ledger.find('passkey', { userId: actor.userId });
  return {
    origin: party?.origin ?? null,
    results: passkeys
      .sort((left, right) => right.createdAt.getTime() - left.createdAt.getTime())
      .map(({ id, name, createdAt, challengedAt }) => ({
        ...{ id, name, created: createdAt.toISOString() },
        // the challenge of its registration is older than itself
        lastUsed: challengedAt > createdAt ? challengedAt.toISOString() : null,
      })),
  };
};
