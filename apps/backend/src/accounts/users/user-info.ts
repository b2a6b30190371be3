import { Role, type UserInfo } from '@secret-store/api';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';

/** @param lastSeenAt decides nothing, so it is read beside the row */
export const userInfoOf = (
  { id, username, role, disabledAt, createdAt }: Rows['user'],
  lastSeenAt: Date | null,
): UserInfo => ({
  ...{ id, username, role: Role.parse(role), isEnabled: disabledAt === null, secondFactor: false },
  created: createdAt.toISOString(),
  lastSeen: lastSeenAt?.toISOString() ?? null,
});

export const readUserInfo = async ({ db }: Pick<Dependencies, 'db'>, user: Rows['user']): Promise<UserInfo> => {
  const seen = await db.prisma.user.findUnique({ where: { id: user.id }, select: { lastSeenAt: true } });
  return userInfoOf(user, seen?.lastSeenAt ?? null);
};
