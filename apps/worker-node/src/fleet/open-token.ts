import type { OpenInvitation, PoolLog, TokenState } from '@secret-store/sealing';

const sentences: Readonly<Record<TokenState, string>> = {
  open: '',
  unknown: 'the join token is not of this pool',
  'used up': 'the join token is used up: make another with invite',
  'inviter revoked': 'the worker that made the join token was revoked: make another with invite',
};

/** The invitation of a token that lets workers in, or a sentence that says why it lets nobody in. */
export const openToken = (log: PoolLog, keyId: string, now: Date): OpenInvitation | string => {
  const open = log.openInvitation(keyId);
  if (open === null) return sentences[log.tokenState(keyId)];
  const { expiresAt } = open.invitation;
  return now < new Date(expiresAt) ? open : `the join token ended at ${expiresAt}: make another with invite`;
};
