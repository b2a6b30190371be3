import type { olderValuesKind } from '../../ledger/older-values.ts';
import type { NoticeKind } from '../../rows/mark.ts';
import type { RowKind } from '../../rows/row-kinds.ts';

/**
 * What a worker is told of a change: that it asks again for one algorithm or for all, that one worker has to say again who it is, or
 * that there may be something to do for a pool: because of what happened to that pool, or because of its log, which the store's first
 * pool follows too.
 */
export type Hint = 'algorithm' | 'everything' | 'worker' | 'pool' | 'log' | 'nothing';

/**
 * A signed set is remembered under the id of its algorithm; a log, that a machine asks to join, and that there is something to seal
 * again under the id of the pool.
 */
const hints: Readonly<Record<RowKind | NoticeKind | 'set' | 'poolLog' | typeof olderValuesKind, Hint>> = {
  set: 'algorithm',
  algorithm: 'algorithm',
  provider: 'everything',
  providerVersion: 'everything',
  module: 'everything',
  worker: 'worker',
  pool: 'log',
  poolLog: 'log',
  joinRequest: 'pool',
  reseal: 'pool',
  // what no worker is given by itself
  olderValues: 'nothing',
  // what is delivered of a secret stands in the set
  secret: 'nothing',
  intent: 'nothing',
  preparation: 'nothing',
  user: 'nothing',
  account: 'nothing',
  session: 'nothing',
  apiKey: 'nothing',
  organization: 'nothing',
  membership: 'nothing',
  collaborator: 'nothing',
  secondFactor: 'nothing',
  passkey: 'nothing',
  signInConnection: 'nothing',
  identity: 'nothing',
  groupRole: 'nothing',
  waitingAccount: 'nothing',
  roleAddresses: 'nothing',
  scimKey: 'nothing',
  scimUser: 'nothing',
  scimGroup: 'nothing',
  webhook: 'nothing',
};

const isKnown = (kind: string): kind is keyof typeof hints => Object.hasOwn(hints, kind);

/** What workers hear of a change of such a subject. */
export const hintOf = (kind: string): Hint => (isKnown(kind) ? hints[kind] : 'everything');
