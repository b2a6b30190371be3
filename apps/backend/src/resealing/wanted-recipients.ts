import type { RecipientKey, SealedRecord } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';

export interface WantedRecipient {
  readonly poolId: string;
  readonly key: RecipientKey;
}

/** The current keys of these pools; null where one of them has none that may be sealed to. */
export const wantedRecipients = async (
  { pools }: Pick<Dependencies, 'pools'>,
  poolIds: readonly string[],
): Promise<readonly WantedRecipient[] | null> => {
  const wanted: WantedRecipient[] = [];
  for (const poolId of poolIds) {
    const log = await pools.log(poolId);
    if (log === null || log.currentKey === null || !log.isAdmitted) return null;
    wanted.push({ poolId, key: log.currentKey });
  }
  return wanted;
};

/** Whether the record is sealed to exactly these keys and the root's. */
export const isSealedTo = (
  { keys }: Pick<Dependencies, 'keys'>,
  { recipients }: Pick<SealedRecord, 'recipients'>,
  wanted: readonly WantedRecipient[],
): boolean => {
  const keyIds = new Set([...wanted.map(({ key }) => key.keyId), keys.root.recipient.keyId]);
  return recipients.length === keyIds.size && recipients.every(({ keyId }) => keyIds.has(keyId));
};
