import { Role, type UserInfo } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { hasSecondFactor } from '../second-factor/second-factor-state.ts';

/** @param lastSeenAt decides nothing, so it is read beside the row */
export const userInfoOf = (
  deps: Pick<Dependencies, 'ledger'>,
  { id, username, role, disabledAt, createdAt }: Rows['user'],
  lastSeenAt: Date | null,
): UserInfo => ({
  ...{ id, username, role: Role.parse(role), isEnabled: disabledAt === null },
  secondFactor: hasSecondFactor(deps, id),
  created: createdAt.toISOString(),
  lastSeen: lastSeenAt?.toISOString() ?? null,
});

export const readUserInfo = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  user: Rows['user'],
): Promise<UserInfo> => {
  const seen = await deps.db.prisma.user.findUnique({ where: { id: user.id }, select: { lastSeenAt: true } });
  return userInfoOf(deps, user, seen?.lastSeenAt ?? null);
};
