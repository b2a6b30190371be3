import type { ResealTask } from '@secret-store/api/schemas';
import { type PoolLog, type RecipientKey, type SealedRecord, SealingError } from '@secret-store/sealing';
import type { AcceptedRecord } from './accept-record.ts';
import type { ResealDependencies } from './reseal-dependencies.ts';

type RecipientDependencies = Pick<ResealDependencies, 'keys' | 'logs'>;

/**
 * The keys to seal the record to: those that are wanted, where each is the current one of its pool by the log that this worker
 * verified, and the root's. What the backend says of keys counts for nothing.
 * @throws {SealingError} UNTRUSTED for any other key, and for a pool that this worker may not seal to
 */
export const allowedRecipients = (
  { keys, logs }: RecipientDependencies,
  { record, pools }: Pick<AcceptedRecord, 'record' | 'pools'>,
  wanted: ResealTask['recipients'],
): readonly RecipientKey[] => {
  const recipients = wanted.map(({ poolId, keyId }) => {
    const log = logs.log(poolId);
    if (log === null || log.currentKey === null || log.currentKey.keyId !== keyId)
      throw new SealingError('UNTRUSTED', `the key ${keyId} is not the current one of the pool ${poolId}`);
    if (pools !== null && !pools.includes(poolId))
      throw new SealingError('UNTRUSTED', `the signed set does not name the pool ${poolId}`);
    if (!maySealTo(log, record, keys.poolId))
      throw new SealingError('UNTRUSTED', `no pool that this worker believes took in the pool ${poolId}`);
    return log.currentKey;
  });
  if (recipients.length === 0) throw new SealingError('NO_KEY', 'there is no pool to seal to');
  return [...recipients, keys.root.recipient];
};

/** Its own pool, one that the store's first pool took in, and one that could open the record already. */
const maySealTo = (log: PoolLog, record: SealedRecord, ownPoolId: string | null): boolean => {
  if (log.poolId === ownPoolId || log.isAdmitted) return true;
  const known = new Set(log.state.keys.map(({ keyId }) => keyId));
  return log.isFounded && record.recipients.some(({ keyId }) => known.has(keyId));
};
