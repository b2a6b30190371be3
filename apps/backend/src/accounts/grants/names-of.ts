import type { Dependencies } from '../../dependencies.ts';

/** By id, the usernames of those who were granted something. */
export const namesOf = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  grants: readonly { readonly userId: string }[],
): Promise<ReadonlyMap<string, string>> => {
  const ids = grants.map(({ userId }) => userId);
  const users = await ledger.genuineAll(
    'user',
    await db.prisma.user.findMany({ where: { id: { in: ids } }, omit: { lastSeenAt: true } }),
  );
  return new Map(users.map(({ id, username }) => [id, username]));
};
