import type { WaitingReason } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import { isUsername } from '../refused-credentials.ts';

/** Events in the chain, and those on their way there. */
const deleted = `SELECT 1 AS found FROM audit_event WHERE "subjectName" = $1 AND action IN ('user.delete', 'organization.delete')
  UNION ALL SELECT 1 FROM audit_pending
    WHERE event->>'subjectName' = $1 AND event->>'action' IN ('user.delete', 'organization.delete')
  LIMIT 1`;

/** Why nobody gets this name without an administrator; null where nothing speaks against it. */
export const reasonAgainst = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  changes: Change,
  name: string,
): Promise<WaitingReason | null> => {
  if (!isUsername(name)) return 'name-unusable';
  await ledger.chain.read();
  const { memory } = ledger;
  const isTaken = (['user', 'organization'] as const).some(
    (kind) => memory.claimant(kind, `username:${name}`) !== null,
  );
  if (isTaken) return 'name-taken';
  const [algorithm] = memory.claimsFrom('algorithm', `name:${name}/`);
  if (algorithm !== undefined) return 'name-owns-algorithms';
  const [event] = await changes.query<{ found: number }>({ text: deleted, values: [name] });
  return event === undefined ? null : 'name-was-deleted';
};
