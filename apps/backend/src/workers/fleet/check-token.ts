import type { Envelope } from '@secret-store/api';
import {
  type JoinRequest,
  joinRequestSignerId,
  type OpenInvitation,
  type PoolLog,
  SealingError,
  verifyJoinRequest,
} from '@secret-store/sealing';
import { joinRefused } from './join-refused.ts';

const newOne = 'Make a new one with tools/secret-store invite.';

/**
 * The token's invitation, while it lets workers in.
 * @param now milliseconds since 1970. Members look at their own clocks once more
 * @throws {ApiError} 2005, with another sentence for each reason
 */
export const openToken = (log: PoolLog, keyId: string, now: number): OpenInvitation => {
  if (!log.isFounded)
    throw joinRefused(`The worker that founded the pool ${log.name} was revoked. Create another pool in the panel.`);
  const open = log.openInvitation(keyId);
  if (open !== null && Date.parse(open.invitation.expiresAt) > now) return open;
  switch (log.tokenState(keyId)) {
    case 'open':
      throw joinRefused(`The join token has expired. ${newOne}`);
    case 'used up':
      throw joinRefused(`The join token is used up. ${newOne}`);
    case 'inviter revoked':
      throw joinRefused(`The join token is void: the worker that made it was revoked. ${newOne}`);
    case 'unknown':
      throw notGenuine();
  }
};

/** What the token signed. @throws {ApiError} 2005 */
export const requestByToken = (
  log: PoolLog,
  { request, workerId, now }: { readonly request: Envelope; readonly workerId: string; readonly now: number },
): { readonly open: OpenInvitation; readonly asked: JoinRequest } => {
  const open = openToken(log, joinRequestSignerId(request), now);
  const asked = verified(() => verifyJoinRequest(request, open.key));
  if (asked.poolId !== log.poolId || asked.worker.workerId !== workerId) throw notGenuine();
  return { open, asked };
};

/** @throws {ApiError} 2005 for what does not verify */
export const verified = <T>(verify: () => T): T => {
  try {
    return verify();
  } catch (error) {
    if (error instanceof SealingError) throw notGenuine({ cause: error });
    throw error;
  }
};

const notGenuine = (options: ErrorOptions = {}) =>
  joinRefused(`The join token is not genuine: no worker of this pool made it. ${newOne}`, options);
