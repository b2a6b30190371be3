import type { Actor, ScimKeyInfo } from '@secret-store/api';
import type { Dependencies } from '../../../dependencies.ts';
import { scimSource } from '../../outside/outsider.ts';
import { requirePermission } from '../../permissions.ts';

/** The oldest first. */
export const listScimKeys = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
): Promise<ScimKeyInfo[]> => {
  requirePermission(actor, 'users.read');
  const rows = await db.prisma.scimKey.findMany({ orderBy: { id: 'asc' } });
  const used = new Map(rows.map(({ id, lastUsedAt }) => [id, lastUsedAt]));
  const keys = await ledger.genuineAll(
    'scimKey',
    rows.map(({ lastUsedAt: _lastUsedAt, ...row }) => row),
  );
  return keys.map(({ id, name, prefix, connectionId, createdAt, createdBy, expiresAt }) => ({
    ...{ id, name, prefix, createdBy, created: createdAt.toISOString() },
    connectionId: connectionId === scimSource ? null : connectionId,
    expires: expiresAt?.toISOString() ?? null,
    lastUsed: used.get(id)?.toISOString() ?? null,
  }));
};
