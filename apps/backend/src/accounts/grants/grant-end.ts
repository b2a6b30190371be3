import { type Actor, ApiError } from '@secret-store/api';

/** By this backend's clock: no job has to run for a grant to end. */
export const hasEnded = ({ expiresAt }: { readonly expiresAt: Date | null }): boolean =>
  expiresAt !== null && expiresAt <= new Date();

/**
 * The end that was asked for; null for none. Nobody gives for longer than what they give it with: neither than the key that asks,
 * nor than their own role in the organization.
 * @throws {ApiError} 6001 for a time that is over, 2001 for one that is too late
 */
export const grantEnd = (
  { keyExpiresAt }: Actor,
  expires: string | null | undefined,
  ownEnd: Date | null = null,
): Date | null => {
  const end = expires === undefined || expires === null ? null : new Date(expires);
  if (hasEnded({ expiresAt: end })) {
    throw new ApiError('InputValidationError', 'expires is over already. Give a time to come.', { field: 'expires' });
  }
  for (const [limit, what] of [
    [keyExpiresAt ?? null, 'The key that asks'],
    [ownEnd, 'Your own role'],
  ] as const) {
    if (limit === null || (end !== null && end <= limit)) continue;
    throw new ApiError(
      'NotAuthorized',
      `${what} ends at ${limit.toISOString()}, so what you give must not end later. Give an earlier time as expires.`,
      { field: 'expires' },
    );
  }
  return end;
};
