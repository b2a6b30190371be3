import { z } from 'zod';
import { id, slug, timestamp } from '../text.ts';

/** More than an administrator looks at: further people are refused until some are decided. */
export const waitingAccountsMaximum = 1_000;

export const WaitingReason = z.enum([
  /** a user or an organization has the name */
  'name-taken',
  /** algorithms belong to the name */
  'name-owns-algorithms',
  /** a user or an organization of this name was deleted */
  'name-was-deleted',
  /** nothing of the name that the source gives can be a username */
  'name-unusable',
  /** the connection makes no accounts by itself */
  'accounts-not-made',
]);
export type WaitingReason = z.infer<typeof WaitingReason>;

export const WaitingAccountInfo = z.object({
  id: z.uuid(),
  /** how the connection is called; `SCIM` for people who come by SCIM without a connection */
  connection: z.string(),
  /** as the source writes it */
  username: z.string(),
  /** the same as a username of the store; empty: nothing of it can be one */
  wantedName: z.string(),
  displayName: z.string().nullable(),
  /** what the source says: nobody has verified it */
  email: z.string().nullable(),
  groups: z.array(z.string()),
  reason: WaitingReason,
  state: z.enum(['waiting', 'rejected']),
  created: timestamp,
});
export type WaitingAccountInfo = z.infer<typeof WaitingAccountInfo>;

/** How an administrator decides: a new account with this name, or another way to sign in to the account that has the name. */
export const WaitingAccountDecision = z.strictObject({
  waitingId: id,
  as: z.enum(['new', 'existing']),
  username: slug,
});
export type WaitingAccountDecision = z.infer<typeof WaitingAccountDecision>;
