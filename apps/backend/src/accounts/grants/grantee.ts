import { hasEnded } from './grant-end.ts';

interface Grant {
  readonly userId: string;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
}

/** Who was granted something, and until when. */
export const granteeOf = (grant: Grant, names: ReadonlyMap<string, string>) => ({
  username: names.get(grant.userId) ?? grant.userId,
  expires: grant.expiresAt?.toISOString() ?? null,
  isEnded: hasEnded(grant),
  created: grant.createdAt.toISOString(),
});
