import { type Envelope, nextPoolEntry, replacePoolKey, type SigningKey } from '@secret-store/sealing';
import { JoinRefused } from '../errors/resolve-failure.ts';
import type { FollowedLog } from '../fleet/followed-log.ts';
import { openToken } from '../fleet/open-token.ts';
import type { JoinDraft } from './join-draft.ts';

/**
 * The entries by which a pool gets its first worker: nobody is there to let it in, so the token signs that it joins, and the worker
 * makes the pool's key.
 * @throws {JoinRefused} when the token lets nobody in, by the clock of this machine
 */
export const beFirst = async (
  { log }: FollowedLog,
  { request, signer }: JoinDraft,
  token: SigningKey,
  now = new Date(),
): Promise<Envelope[]> => {
  const open = openToken(log, token.keyId, now);
  if (typeof open === 'string') throw new JoinRefused(open);
  const next = log.copy();
  const action = { kind: 'join' as const, request, identityId: null, use: open.used + 1, keys: [], marks: null };
  const join = nextPoolEntry(next, action, token);
  next.append(join);
  const { entry } = await replacePoolKey(next, signer);
  return [join, entry];
};
